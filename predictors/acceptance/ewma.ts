/**
 * Acceptance that follows drift: an exponentially weighted mean of accepted/proposed over verifications.
 *
 *     A ← A + w·(share − A),   V ← (1 − w)·(V + w·(share − A)²)
 *
 * with A = `prior` before the first one. Verifications that ended between two turns count with their common share and the
 * weight 1 − (1 − w)^n that n of them have. The spread is the standard error √(V·w/(2 − w)) of that mean over steps that do
 * not drift. State: mean and variance.
 */
import type { Estimator } from './estimator.js';

export interface EwmaOptions {
  /** Weight w of a verification, in 0 … 1, 0 excluded [0.05: a memory of 39 steps]. */
  readonly weight?: number;
  /** A believed before any draft was verified, in 0 … 1 [0.43]. */
  readonly prior?: number;
}

const Cell = { mean: 0, variance: 1 } as const;

export const ewma = ({ weight = 0.05, prior = 0.43 }: EwmaOptions = {}): Estimator => ({
  name: 'ewma',
  width: 2,
  begin(state) {
    state[Cell.mean] = prior;
  },
  see(state, { verifications, proposed, accepted }) {
    const w = 1 - (1 - weight) ** verifications;
    const error = accepted / proposed - state[Cell.mean];
    state[Cell.mean] += w * error;
    state[Cell.variance] = (1 - w) * (state[Cell.variance] + w * error * error);
  },
  believe(state, _standing, out) {
    out.share = state[Cell.mean];
    out.spread = Math.sqrt((state[Cell.variance] * weight) / (2 - weight));
  },
});
