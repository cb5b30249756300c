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
import { type Arm, type ArmOptions, armsOf, finalists } from './arms.js';

export interface GapRow extends Pick<Arm, 'label' | 'part' | 'changed'> {
  /** What was run; of a portfolio, how many policies. */
  readonly policy: string;
  readonly seeds: number;
  /** Mean JCT in seconds, or share of broken promises. */
  readonly value: Interval;
  /** Differences on the same seeds, as shares; null: to itself, or to nothing. */
  readonly vsFcfs: Interval | null;
  readonly vsBest: Interval | null;
}

export interface Gap {
  readonly setting: string;
  readonly load: number;
  readonly objective: Objective;
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
  const best = await chooseBest(setting, trials, objective, options.validationSeeds);
  const arms = armsOf(setting, best, options);
  const all = range(options.seeds);
  const few = range(Math.min(options.seeds, options.slowSeeds));
  await trials.meet('test', distinct(arms.filter(({ slow }) => !slow)), all);
  await trials.meet('test', distinct(arms.filter(({ slow }) => slow)), few);
  const figureOf = (contender: Contender, index: number): number =>
    trials.of('test', contender, index)[objective === 'jct' ? 'jct' : 'missed'];
  const valuesOf = ({ contenders }: Arm, seeds: readonly number[]): number[] =>
    seeds.map((index) => Math.min(...contenders.map((contender) => figureOf(contender, index))));
  const [fcfs, leader] = arms;
  const rows = arms.map((arm): GapRow => {
    const seeds = arm.slow ? few : all;
    const values = valuesOf(arm, seeds);
    const against = (reference: Arm): Interval | null =>
      arm === reference ? null : relativeDifference(values, valuesOf(reference, seeds));
    return {
      label: arm.label,
      part: arm.part,
      changed: arm.changed,
      policy:
        arm.contenders.length > 1 ? `the best of ${arm.contenders.length} on each seed` : nameOf(arm.contenders[0]),
      seeds: seeds.length,
      value: meanInterval(values),
      vsFcfs: against(fcfs),
      vsBest: against(leader),
    };
  });
  const bounds = await boundsOn(setting, objective, few, options, signal);
  if (typeof bounds === 'string')
    return { setting: setting.name, load: options.load, objective, rows, unbounded: bounds };
  const bound: GapRow = {
    label: 'proven bound',
    part: 'ladder',
    changed: true,
    policy: 'no schedule is below it',
    seeds: few.length,
    value: meanInterval(bounds),
    vsFcfs: relativeDifference(bounds, valuesOf(fcfs, few)),
    vsBest: relativeDifference(bounds, valuesOf(leader, few)),
  };
  const at = rows.findIndex(({ part }) => part === 'decision');
  rows.splice(at, 0, bound);
  return { setting: setting.name, load: options.load, objective, rows, unbounded: null };
}

/** The finalist with the least cost on validation seeds. */
async function chooseBest(
  setting: NamedSetting,
  trials: Trials,
  objective: Objective,
  seeds: number,
): Promise<Contender> {
  const field = finalists(setting);
  const validation = range(seeds);
  await trials.meet('validation', field, validation);
  const costs = field.map((contender) =>
    validation.reduce((sum, index) => sum + costOf(objective, trials.of('validation', contender, index)), 0),
  );
  return field[costs.indexOf(Math.min(...costs))];
}

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

const distinct = (arms: readonly Arm[]): Contender[] => [
  ...new Map(arms.flatMap(({ contenders }) => contenders.map((each) => [nameOf(each), each]))).values(),
];
