/** Distributions of the gaps between arrivals, in units of their mean; what a renewal process is made of. */
import { exponential } from '../../distributions.js';
import type { Stream } from '../../random.js';
import { gamma, logGamma } from '../gamma.js';
import { expectPositive } from './process.js';

/** Independent gaps with mean 1. */
export interface Gaps {
  next(from: Stream): number;
  /**
   * From a random moment to the next arrival: a uniform part of a gap that is met in proportion to its length. A process
   * that begins with it has its mean rate from the first second on (Cox, Renewal Theory, 1962, chapter 5).
   */
  first(from: Stream): number;
}

/** Poisson arrivals: a coefficient of variation (cv) of 1. */
export const exponentialGaps: Gaps = {
  next: (from) => exponential(from.next()),
  first: (from) => exponential(from.next()),
};

/** All the same: a cv of 0. */
export const constantGaps: Gaps = {
  next: () => 1,
  first: (from) => from.next(),
};

/** Gamma-distributed with this cv: shape 1 / cv². */
export function gammaGaps(cv: number): Gaps {
  expectPositive('cv', cv);
  const shape = 1 / (cv * cv);
  return {
    next: (from) => gamma(shape, from) / shape,
    // A gap in proportion to its length has the density x f(x): a Gamma of shape + 1.
    first: (from) => (from.next() * gamma(shape + 1, from)) / shape,
  };
}

/** Weibull-distributed with this cv in .001 … 10,000. Beyond a cv of 1 the tail is heavier than that of a Gamma with the same cv. */
export function weibullGaps(cv: number): Gaps {
  const shape = weibullShape(cv);
  const scale = Math.exp(-logGamma(1 + 1 / shape));
  return {
    next: (from) => scale * exponential(from.next()) ** (1 / shape),
    // In proportion to its length: (x / scale)^shape is a Gamma of shape 1 + 1 / shape.
    first: (from) => from.next() * scale * gamma(1 + 1 / shape, from) ** (1 / shape),
  };
}

const SHAPES = { least: 0.05, most: 2000 };
const HALVINGS = 45;

/** The shape whose cv is this: 1 + cv² = Γ(1 + 2/k) / Γ(1 + 1/k)², which falls as k grows. */
function weibullShape(cv: number): number {
  if (!(cv >= 0.001 && cv <= 10_000)) throw new RangeError(`arrivals: cv is ${cv}, expected a number in 0.001 … 10000`);
  let { least, most } = SHAPES;
  for (let k = 0; k < HALVINGS; k++) {
    const middle = Math.sqrt(least * most);
    const spread = Math.expm1(logGamma(1 + 2 / middle) - 2 * logGamma(1 + 1 / middle));
    if (spread > cv * cv) least = middle;
    else most = middle;
  }
  return least;
}

/** Times of a renewal process in units of the mean gap, one a call, beginning at a random moment. */
export function renewalTimes(gaps: Gaps, from: Stream): () => number {
  let next = gaps.first(from);
  return () => {
    const now = next;
    next += gaps.next(from);
    return now;
  };
}
