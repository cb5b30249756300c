/**
 * Ridge regression of log lengths at the penalty that suits the validation rows best.
 *
 * Penalties fall from strong to weak, each solution beginning at the last. Answers that were cut stand for their expectation under the
 * solution so far (`censoring.ts`), and once more when the penalty is chosen.
 */
import { expectedAbove, negativeLogLikelihood, sigmaOf } from './censoring.js';
import type { LengthRows, TrainOptions } from './model.js';
import { type Normal, type Regressors, solve } from './ridge.js';
import { cut, logLengths } from './training-rows.js';

/** Rounds in which cut answers find their place. */
const ROUNDS = 4;

export interface PathOptions extends Pick<TrainOptions, 'signal' | 'onProgress'> {
  /** Falling. */
  readonly penalties: readonly number[];
  /** By column, at a strength; 0 for the constant, which is the last. */
  penaltyOf(normal: Normal, strength: number): Float64Array;
}

export interface PathFit {
  /** By column, and the constant behind them. */
  readonly coefficients: Float64Array;
  /** What they predict for the validation rows. */
  readonly held: Float64Array;
}

/** Rows and the numbers that they are regressed on. */
export interface Design {
  readonly rows: LengthRows;
  readonly x: Regressors;
}

export function fitPath(training: Design, validation: Design, options: PathOptions): PathFit {
  const { penalties, penaltyOf, signal, onProgress } = options;
  const { x } = training;
  const [logs, heldLogs] = [logLengths(training.rows), logLengths(validation.rows)];
  const [cuts, heldCuts] = [cut(training.rows), cut(validation.rows)];
  const anyCut = cuts.includes(1);
  const normal = x.normal();
  const believed = Float64Array.from(logs); // a cut answer's is its expectation
  let right = x.moments(believed);
  let sigma = 1;

  function improve(coefficients: Float64Array, penalty: Float64Array): void {
    solve(normal, penalty, right, coefficients);
    const predicted = x.fitted(coefficients);
    sigma = sigmaOf(logs, cuts, predicted, sigma);
    if (!anyCut) return;
    for (let k = 0; k < logs.length; k++) if (cuts[k]) believed[k] = expectedAbove(logs[k], predicted[k], sigma);
    right = x.moments(believed);
  }

  const current = new Float64Array(x.columns + 1);
  let [best, bestLoss, chosen] = [current.slice(), Infinity, penalties[0]];
  penalties.forEach((strength, k) => {
    signal?.throwIfAborted();
    const penalty = penaltyOf(normal, strength);
    for (let round = 0; round < (anyCut && k === 0 ? ROUNDS : 1); round++) improve(current, penalty);
    const predicted = validation.x.fitted(current);
    const loss = negativeLogLikelihood(heldLogs, heldCuts, predicted, sigmaOf(heldLogs, heldCuts, predicted, sigma));
    if (loss < bestLoss) [best, bestLoss, chosen] = [current.slice(), loss, strength];
    onProgress?.({ done: k + 1, total: penalties.length, loss: Math.log(sigma), validation: loss });
  });
  for (let round = 0; anyCut && round < ROUNDS; round++) improve(best, penaltyOf(normal, chosen));
  return { coefficients: best, held: validation.x.fitted(best) };
}
