/**
 * Predictors of acceptance before recorded requests: after the first steps, how far is the predicted number of remaining steps off if the
 * remaining length is known exactly? Learnt and judged on different requests: five folds.
 */
import type { DraftKind, RecordedSet } from '../../../predictors/acceptance/generated.js';
import type { RecordedRequest } from '../../../predictors/acceptance/recorded.js';
import type { Weights } from '../../../predictors/weights.js';
import { type Interval, meanInterval, relativeDifference } from '../../bootstrap.js';
import { learnArms } from './arms.js';
import { luckFloor } from './ceiling.js';
import { type Judged, judge, lasting, type Moment } from './judge.js';

export const FOLDS = 5;

/** How one predictor did. */
export interface ArmResult {
  readonly name: string;
  /** Mean over requests of |predicted/came − 1| of the remaining steps. */
  readonly error: Interval;
  /** Mean of predicted/came − 1. */
  readonly bias: number;
  /** Its error against the bar's, requests in pairs: −0.1 = 10 % lower. */
  readonly againstBar: Interval;
  /** Requests whose A from now on came within one and two spreads; .68 and .95 are right. NaN: it states none. */
  readonly within: readonly [one: number, two: number];
}

/** One set and proposer at one moment. */
export interface AcceptanceCell extends Moment {
  readonly set: RecordedSet;
  readonly draft: DraftKind;
  readonly requests: number;
  /** The better of curve and shrinkage. */
  readonly bar: string;
  readonly arms: readonly ArmResult[];
  /** Error of one who knows the request's own mean from now on. */
  readonly floor: Interval;
}

export interface CellOptions {
  /** Of the network; without them it does not take part. */
  readonly network?: Weights;
  /** Resamples of the intervals [4,000]. */
  readonly resamples?: number;
  readonly seed?: number;
}

/** @param requests of one set and one proposer */
export function evaluateCell(
  { set, draft }: Pick<AcceptanceCell, 'set' | 'draft'>,
  requests: readonly RecordedRequest[],
  moment: Moment,
  { network, resamples = 4000, seed = 0 }: CellOptions = {},
): AcceptanceCell {
  const eligible = lasting(requests, moment);
  if (eligible.length < 2 * FOLDS)
    throw new Error(
      `acceptance of ${set}, ${draft}: ${eligible.length} requests last longer than ${moment.after} steps, expected at least ${2 * FOLDS}`,
    );
  const judged = crossJudged(eligible, moment, network);
  const errors = Object.fromEntries(
    Object.entries(judged).map(([name, rows]) => [name, rows.map(({ error }) => Math.abs(error))]),
  );
  const bar = mean(errors.curve) < mean(errors.shrinkage) ? 'curve' : 'shrinkage';
  const options = { resamples, seed };
  return {
    set,
    draft,
    ...moment,
    requests: eligible.length,
    bar,
    arms: Object.entries(judged).map(([name, rows]) => ({
      name,
      error: meanInterval(errors[name], options),
      bias: mean(rows.map(({ error }) => error)),
      againstBar: relativeDifference(errors[name], errors[bar], options),
      within: [within(rows, 1), within(rows, 2)],
    })),
    floor: meanInterval(luckFloor(eligible, moment, seed), options),
  };
}

/** By predictor, a row a request: each was judged by what was learnt from the other four folds. */
function crossJudged(
  requests: readonly RecordedRequest[],
  moment: Moment,
  network: Weights | undefined,
): Record<string, Judged[]> {
  const judged: Record<string, Judged[]> = {};
  for (let fold = 0; fold < FOLDS; fold++) {
    const arms = learnArms(
      requests.filter((_, k) => k % FOLDS !== fold),
      moment,
      network,
    );
    for (const [name, estimator] of Object.entries(arms)) {
      judged[name] ??= new Array(requests.length);
      for (let k = fold; k < requests.length; k += FOLDS) judged[name][k] = judge(estimator, requests[k], moment);
    }
  }
  return judged;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function within(rows: readonly Judged[], spreads: number): number {
  if (rows.every(({ spread }) => spread === 0)) return Number.NaN;
  return mean(rows.map(({ share, spread, came }) => (Math.abs(came - share) <= spreads * spread ? 1 : 0)));
}
