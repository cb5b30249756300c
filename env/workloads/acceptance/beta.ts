/** Acceptance that differs between requests: each has its own α, drawn once from a Beta distribution. */
import { luck, type Seed, type Stream, stream } from '../../random.js';
import { gamma } from '../gamma.js';
import type { Acceptance } from './acceptance.js';
import { constantAcceptance } from './constant.js';
import { restart } from './request-lists.js';

/** One draw from Beta(a, b): the share of two Gamma draws. */
export function beta(a: number, b: number, from: Stream): number {
  const x = gamma(a, from);
  return x / (x + gamma(b, from));
}

/** Of α over requests. `spread` is its standard deviation, below √(mean·(1 − mean)); 0 gives all the same α. */
export interface BetaParameters {
  /** In 0 … 1, ends excluded. */
  readonly mean: number;
  readonly spread: number;
}

/**
 * Each draft token of a request is accepted with probability α_r ~ Beta(mean·κ, (1 − mean)·κ), κ = mean·(1 − mean)/spread² − 1,
 * independently by output position. α_r belongs to the request's key.
 * @throws RangeError if no Beta distribution has this mean and spread
 */
export function betaAcceptance({ mean, spread }: BetaParameters, keys: ArrayLike<number>, seed: Seed): Acceptance {
  const most = Math.sqrt(mean * (1 - mean));
  if (!(mean > 0 && mean < 1))
    throw new RangeError(`beta acceptance: mean is ${mean}, expected a number between 0 and 1`);
  if (!(spread >= 0 && spread < most)) {
    throw new RangeError(
      `beta acceptance: spread is ${spread}, expected at least 0 and below ${most.toFixed(3)}, the most at mean ${mean}`,
    );
  }
  const size = (mean * (1 - mean)) / (spread * spread) - 1;
  const own = luck(seed, 'alpha of requests');
  const draws = stream(seed, 'alpha');
  const alpha = Float64Array.from(keys, (key) => {
    if (spread === 0) return mean;
    restart(draws, own, key, 0);
    return beta(mean * size, (1 - mean) * size, draws);
  });
  return { ...constantAcceptance(alpha, keys, seed), name: 'beta' };
}
