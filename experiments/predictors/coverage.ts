/** Upper bounds with a promised probability: how often they are kept, where their promise holds and where the world is another one. */

import { type Stream, shuffle, stream } from '../../env/random.js';
import { adapt, adaptiveCells, adaptiveMargin } from '../../predictors/conformal/adaptive.js';
import { calibrate, marginOf } from '../../predictors/conformal/split.js';
import type { Scored } from './scores.js';

/** Promised shares of bounds kept. */
export const PROMISES = [0.5, 0.8, 0.9, 0.95, 0.99] as const;

/** Random halves that coverage on an exchangeable split is a mean over. */
const HALVES = 100;

export interface CoverageRow {
  readonly where: string;
  /** By promise. */
  readonly kept: readonly number[];
}

/** log(length ÷ believed median) of every answer. */
const scoresOf = ({ actualLog, median }: Scored): Float64Array =>
  actualLog.map((log, row) => log - Math.log(median[row]));

const keptShare = (scores: Float64Array, margin: number): number => {
  let kept = 0;
  for (const score of scores) if (score <= margin) kept++;
  return kept / scores.length;
};

/** Half of the scores calibrate, the other half is bounded; a mean over random halves. */
export function exchangeable(of: Scored, seed: number): CoverageRow {
  const scores = scoresOf(of);
  const random = stream(seed, 'predictors/coverage');
  const sums = PROMISES.map(() => 0);
  for (let half = 0; half < HALVES; half++) {
    shuffle(scores, random);
    const middle = scores.length >> 1;
    const known = calibrate(scores.subarray(0, middle));
    PROMISES.forEach((promise, k) => {
      sums[k] += keptShare(scores.subarray(middle), marginOf(known, promise));
    });
  }
  return { where: 'exchangeable: random halves of the same answers', kept: sums.map((sum) => sum / HALVES) };
}

/** Calibrated here, promised there. */
export function transferred(where: string, from: Scored, to: Scored): CoverageRow {
  const known = calibrate(scoresOf(from));
  const scores = scoresOf(to);
  return { where, kept: PROMISES.map((promise) => keptShare(scores, marginOf(known, promise))) };
}

/** The same, but every outcome there corrects the next bound, in a shuffled order. */
export function adapted(where: string, from: Scored, to: Scored, seed: number): CoverageRow {
  const order = (): Stream => stream(seed, 'predictors/coverage/order');
  const before = shuffle(scoresOf(from), order());
  const scores = shuffle(scoresOf(to), order());
  const kept = PROMISES.map((confidence) => {
    const cells = new Float64Array(adaptiveCells());
    for (const score of before) adapt(cells, score, adaptiveMargin(cells, { confidence }), { confidence });
    let count = 0;
    for (const score of scores) {
      const margin = adaptiveMargin(cells, { confidence });
      if (score <= margin) count++;
      adapt(cells, score, margin, { confidence });
    }
    return count / scores.length;
  });
  return { where, kept };
}
