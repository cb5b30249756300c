/** What tuning makes small: one number an episode, comparable between settings whose requests differ by seed. */
import type { NamedSetting } from '../../env/settings/setting.js';
import type { Figures } from './trials.js';

/** `jct`: ln of the mean JCT in seconds, so that differences are relative, whatever the seed. `missed`: share of broken promises. */
export const objectives = ['jct', 'missed'] as const;
export type Objective = (typeof objectives)[number];

/** A request without an answer costs more than any order can gain. */
const UNSERVED = 10;

export const costOf = (objective: Objective, { jct, missed, unserved }: Figures): number =>
  (objective === 'jct' ? Math.log(jct) : missed) + (unserved > 0 ? UNSERVED : 0);

/** Where promises are made, they count. */
export const usualObjective = ({ slo }: NamedSetting): Objective => (slo.length > 0 ? 'missed' : 'jct');

/** A gain in words: `12.3 % shorter mean JCT`, `4.5 points fewer broken promises`. */
export function gainInWords(objective: Objective, gain: number): string {
  if (objective === 'jct') {
    const share = 100 * (1 - Math.exp(-gain));
    return `${Math.abs(share).toFixed(1)} % ${share < 0 ? 'longer' : 'shorter'} mean JCT`;
  }
  return `${Math.abs(100 * gain).toFixed(1)} points ${gain < 0 ? 'more' : 'fewer'} broken promises`;
}
