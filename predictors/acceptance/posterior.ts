/**
 * Acceptance by Bayes: each draft is accepted with a probability A that has a Beta prior, and drafts that were verified update it.
 *
 *     A ~ Beta(a + accepted, b + proposed − accepted),   a = weight·mean, b = weight·(1 − mean)
 *
 * Believed are mean and standard deviation of that. A is accepted/proposed, not the probability α of one draft token. Drafts
 * of one verification are not independent (behind the first refused one all are), so the true spread is wider; and A drifts
 * upwards within an answer, so the mean lags. State: the two counts.
 */
import type { Estimator } from './estimator.js';

export interface PosteriorOptions {
  /** A believed before any draft was verified, between 0 and 1 [0.43: an EAGLE head on ShareGPT, 3 drafts]. */
  readonly mean?: number;
  /** Drafts that the prior counts for, > 0 [17: its spread over requests there, .12]. */
  readonly weight?: number;
}

const Cell = { proposed: 0, accepted: 1 } as const;

export const posterior = ({ mean = 0.43, weight = 17 }: PosteriorOptions = {}): Estimator => ({
  name: 'posterior',
  width: 2,
  see(state, { proposed, accepted }) {
    state[Cell.proposed] += proposed;
    state[Cell.accepted] += accepted;
  },
  believe(state, _standing, out) {
    const size = weight + state[Cell.proposed];
    out.share = (weight * mean + state[Cell.accepted]) / size;
    out.spread = Math.sqrt((out.share * (1 - out.share)) / (size + 1));
  },
});

/**
 * The mean of what was seen and nothing else, as LAPS-SD takes it; `prior` before anything was. Its spread is a standard error, with
 * one draft more of either kind, so that it is not 0 where all had one fate.
 */
export const prefixMean = ({ prior = 0.43 }: { readonly prior?: number } = {}): Estimator => ({
  ...posterior(),
  name: 'prefix-mean',
  believe(state, _standing, out) {
    const proposed = state[Cell.proposed];
    const careful = (state[Cell.accepted] + 1) / (proposed + 2);
    out.share = proposed > 0 ? state[Cell.accepted] / proposed : prior;
    out.spread = Math.sqrt((careful * (1 - careful)) / (proposed + 2));
  },
});
