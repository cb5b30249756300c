/** The gap of one setting at one load: every row on paired seeds, with intervals. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { NamedSetting } from '../../env/settings/setting.js';
import { openSetting } from '../../env/settings/setting.js';
import { toSeconds } from '../../env/time.js';
import { type Interval, meanInterval, relativeDifference } from '../bootstrap.js';
import { boundOf } from '../bound.js';
import { Interrupted } from '../cli/exit.js';
import { type Contender, nameOf } from '../tune/contender.js';
import { costOf, type Objective, usualObjective } from '../tune/objective.js';
import type { Trials } from '../tune/run-trials.js';
import type { Figures } from '../tune/trials.js';
import { type Arm, type ArmOptions, armsOf, finalists, knowingAcceptance } from './arms.js';
import { clairvoyantOn } from './clairvoyant.js';

export interface GapRow extends Pick<Arm, 'label' | 'part' | 'changed'> {
  /** What was run. */
  readonly policy: string;
  /** It ran the very episodes of the best tuned policy: what it knows more is read by nobody. */
  readonly unread: boolean;
  /** Rows on fewer seeds than the others are scaled by their difference to the best tuned policy on the seeds they share. */
  readonly seeds: number;
  /** Mean JCT in seconds, or share of broken promises. */
  readonly value: Interval;
  /** Differences on the same seeds, as shares; null: to itself, or to nothing. */
  readonly vsFcfs: Interval | null;
  readonly vsBest: Interval | null;
}

/** One of those among whom the best tuned policy was chosen. */
interface FinalistRow {
  /** What was tuned. */
  readonly base: string;
  /** Episodes of its search; null: published defaults. */
  readonly spent: number | null;
  readonly ended: 'no gain' | 'budget' | null;
}

export interface Gap {
  readonly setting: string;
  readonly load: number;
  readonly objective: Objective;
  readonly finalists: readonly FinalistRow[];
  readonly rows: readonly GapRow[];
  /** Why there is no bound row; null: there is one. */
  readonly unbounded: string | null;
}

export interface GapOptions extends ArmOptions {
  readonly seed: number;
  readonly load: number;
  readonly requests: number | undefined;
  readonly seeds: number;
  readonly validationSeeds: number;
  /** Seeds of planning and of the bound. */
  readonly slowSeeds: number;
}

/** Runs what is missing and sums up. */
export async function measureGap(
  setting: NamedSetting,
  trials: Trials,
  options: GapOptions,
  signal: AbortSignal,
): Promise<Gap> {
  const objective = usualObjective(setting);
  const field = finalists(setting);
  const choose = chooser(trials, objective, options.validationSeeds);
  const best = await choose(field.map(({ contender }) => contender));
  const { alone, both } = knowingAcceptance(best);
  const drafts = setting.deployment.draft !== 'none';
  const knowing = drafts ? { alone: await choose(alone), both: await choose(both) } : null;
  const arms = armsOf(setting, best, knowing, options);
  const all = range(options.seeds);
  const few = range(Math.min(options.seeds, options.slowSeeds));
  const swift = arms.filter(({ slow }) => !slow);
  await trials.meet('test', distinct(swift), all);
  await trials.meet('test', distinct(arms.filter(({ slow }) => slow)), few);
  const figureOf = (figures: Figures): number => figures[objective === 'jct' ? 'jct' : 'missed'];
  const valued = arms.map((arm) => ({
    arm,
    values: (arm.slow ? few : all).map((index) => figureOf(trials.of('test', arm.contender, index))),
  }));
  const [fcfs, leader] = valued.map(({ values }) => values);
  const measured = valued.map(({ arm: { label, part, changed, contender }, values }): GapRow => {
    const unread = part === 'ladder' && ![fcfs, leader].includes(values) && String(values) === String(leader);
    return { label, part, changed, policy: nameOf(contender), unread, ...compared(values, fcfs, leader) };
  });

  const ladder = swift.filter(({ part }) => part === 'ladder').map(({ contender }) => contender);
  const reference = await clairvoyantOn(setting, best, ladder, { trials, seeds: all, figureOf });
  const bounds = await boundsOn(setting, objective, few, options, signal);
  const above = (label: string, policy: string, values: readonly number[]): GapRow => ({
    ...{ label, part: 'ladder', changed: true, policy, unread: false },
    ...compared(values, fcfs, leader),
  });
  const rows = [
    ...measured.filter(({ part }) => part === 'ladder'),
    above('clairvoyant reference', reference.policy, reference.values),
    ...(typeof bounds === 'string' ? [] : [above('proven bound', 'no schedule is below it', bounds)]),
    ...measured.filter(({ part }) => part === 'decision'),
  ];
  return {
    setting: setting.name,
    load: options.load,
    objective,
    finalists: field.map(({ contender, tuned }) => ({
      base: tuned?.base ?? contender.scheduler,
      spent: tuned?.provenance.spent ?? null,
      ended: tuned?.provenance.ended ?? null,
    })),
    rows,
    unbounded: typeof bounds === 'string' ? bounds : null,
  };
}

/**
 * The figures of a row, by seed: of all seeds or of the first few.
 * @param fcfs @param leader on all seeds
 */
function compared(
  values: readonly number[],
  fcfs: readonly number[],
  leader: readonly number[],
): Pick<GapRow, 'seeds' | 'value' | 'vsFcfs' | 'vsBest'> {
  const seeds = values.length;
  const against = (others: readonly number[]): Interval | null =>
    values === others ? null : relativeDifference(values, others.slice(0, seeds));
  const vsBest = against(leader);
  if (vsBest === null || seeds === leader.length)
    return { seeds, value: meanInterval(values), vsFcfs: against(fcfs), vsBest };
  const times = (scale: number, from = 0): Interval => ({
    value: scale * (1 + vsBest.value) - from,
    low: scale * (1 + vsBest.low) - from,
    high: scale * (1 + vsBest.high) - from,
  });
  return { seeds, value: times(mean(leader)), vsFcfs: times(mean(leader) / mean(fcfs), 1), vsBest };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Finds the contender with the least cost on validation seeds. */
const chooser =
  (trials: Trials, objective: Objective, seeds: number) =>
  async (field: readonly Contender[]): Promise<Contender> => {
    const validation = range(seeds);
    await trials.meet('validation', distinct(field.map((contender) => ({ contender }))), validation);
    const costs = field.map((contender) =>
      validation.reduce((sum, index) => sum + costOf(objective, trials.of('validation', contender, index)), 0),
    );
    return field[costs.indexOf(Math.min(...costs))];
  };

/** Seconds of mean JCT that nobody is below, by seed; or why there are none. */
async function boundsOn(
  setting: NamedSetting,
  objective: Objective,
  seeds: readonly number[],
  { load, requests, seed }: GapOptions,
  signal: AbortSignal,
): Promise<number[] | string> {
  if (objective !== 'jct') return 'the bound is on the mean JCT, not on promises';
  const { source, rules, cost } = openSetting(setting, { load, requests });
  const values: number[] = [];
  for (const index of seeds) {
    const bound = boundOf(source.sample(seed + index), rules, cost);
    if (!bound.proven) return bound.because;
    values.push(toSeconds(bound.meanJct));
    await breathe(); // lets Ctrl-C in
    if (signal.aborted) throw new Interrupted('the bound was not computed to the end; the same command goes on');
  }
  return values;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

const distinct = (arms: readonly Pick<Arm, 'contender'>[]): Contender[] => [
  ...new Map(arms.map(({ contender }) => [nameOf(contender), contender])).values(),
];
