/** What a sweep says: how much of what the truth is worth each prediction keeps. */
import type { Voi, VoiRow } from './measure.js';
import { type Sweep, sweeps } from './sweeps.js';

/** Below this share of FCFS the truth itself is worth nothing. */
const WORTH = 0.02;

/** By less than this share of FCFS, or of what the truth is worth, it may be beaten by chance. */
const CHANCE = { ofFcfs: 0.01, ofWorth: 0.05 };

/** Sentences about one place. */
export function voiFindings(voi: Voi): string[] {
  return sweeps.flatMap((sweep) => sweep.schedulers.map(({ label }) => sentence(voi, sweep, label)));
}

function sentence({ rows }: Voi, { name, qualities, title }: Sweep, scheduler: string): string {
  const of = (quality: string): VoiRow | undefined =>
    rows.find((row) => row.sweep === name && row.scheduler === scheduler && row.quality === quality);
  const [best, worst] = [of(qualities[0].label), of(qualities[qualities.length - 1].label)];
  if (!best || !worst) return `${scheduler}: not measured.`;
  // The truth is worth what is lost where nothing is known.
  const worth = worst.vsFcfs.value - best.vsFcfs.value;
  const what = `${title.toLowerCase().replace(/ \(.*/, '')}, ${scheduler}`;
  const lowest = qualities.slice(1).reduce((least, { label }) => {
    const row = of(label);
    return row && row.vsFcfs.value < least.vsFcfs.value ? row : least;
  }, best);
  const ahead = best.vsFcfs.value - lowest.vsFcfs.value;
  if (ahead > Math.max(CHANCE.ofFcfs, CHANCE.ofWorth * worth))
    return `${what}: this rule does not gain from knowing more: with ${lowest.quality} it is ${percent(ahead)} of FCFS's mean JCT below the truth.`;
  if (worth < WORTH)
    return `${what}: the truth is worth ${percent(worth)} of FCFS's mean JCT, so no prediction is worth more.`;
  const kept = qualities.slice(1, -1).map(({ label }) => {
    const row = of(label);
    return `${label} ${percent(row ? (worst.vsFcfs.value - row.vsFcfs.value) / worth : Number.NaN, 0)}`;
  });
  return `${what}: the truth is worth ${percent(worth)} of FCFS's mean JCT; of that is kept: ${kept.join(', ')}.`;
}

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits).replace('-', '−')} %`;
