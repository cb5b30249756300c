/** A policy with all it may choose, and the spaces in which it is sought: the rungs of a comparison. */
import type { PresetName } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { deployedRules, deployHardware } from '../../env/settings/deployment.js';
import type { NamedSetting } from '../../env/settings/setting.js';
import { gammaOf, knobRules, knobSpace, wrapped } from './knobs.js';
import { orderedBy, orderSpace } from './order-space.js';
import type { Point, Space } from './space.js';

/** Order, beliefs, knobs and draft length, as plain data. */
export interface Contender {
  /** A spec of the catalogue. */
  readonly scheduler: string;
  /** A predictor's spec. */
  readonly belief: string;
  /** Rules that differ from the setting's engine. */
  readonly rules: Partial<Rules>;
  /** The engine's draft length. */
  readonly gamma: number;
}

/** Who may turn what: 1 published defaults, 2 order parameters inside the engine preset, 3 every knob the policy has. */
export const RUNGS = { 1: 'published defaults', 2: 'tuned inside the preset', 3: 'every knob tuned' } as const;
export type Rung = keyof typeof RUNGS;

export const nameOf = ({ scheduler, belief, rules, gamma }: Contender): string =>
  [scheduler, belief, `γ ${gamma}`, ...Object.entries(rules).map(([rule, value]) => `${rule}=${value}`)].join(' · ');

/** A scheduler on a setting as it is published: the setting's engine and its best fixed draft length. */
export const published = (scheduler: string, belief: string, setting: NamedSetting): Contender => ({
  scheduler,
  belief,
  rules: {},
  gamma: setting.capacity.gamma,
});

/** What a rung lets be chosen. */
export interface Choice {
  readonly space: Space;
  contender(point: Point): Contender;
}

/** The rules of a setting at its draft length. @param engine another preset than the setting's own */
export function settingRules(setting: NamedSetting, engine?: PresetName): Rules {
  const deployment = { ...setting.deployment, ...(engine && { engine }) };
  return deployedRules(deployment, deployHardware(deployment).limits, setting.capacity.gamma);
}

/** The space of a scheduler on a setting. @throws Error if the rung lets nothing be chosen */
export function choiceFor(
  scheduler: string,
  belief: string,
  setting: NamedSetting,
  rung: Exclude<Rung, 1>,
  engine?: PresetName,
): Choice {
  const order = orderSpace(scheduler);
  const start = published(scheduler, belief, setting);
  if (rung === 2) {
    if (Object.keys(order).length === 0)
      throw new Error(`${scheduler} has no parameters to tune inside the preset, use --rung 3`);
    return { space: order, contender: (point) => ({ ...start, scheduler: orderedBy(scheduler, point) }) };
  }
  const rules = settingRules(setting, engine);
  const drafts = setting.deployment.draft !== 'none';
  return {
    space: { ...order, ...knobSpace(rules, drafts) },
    contender: (point) => ({
      ...start,
      scheduler: wrapped(orderedBy(scheduler, point), point),
      rules: knobRules(point, rules),
      gamma: drafts ? gammaOf(point, rules) : 0,
    }),
  };
}
