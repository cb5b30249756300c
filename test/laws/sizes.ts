/** Service requirements in whole steps: what an engine of constant steps can serve, so that theory can be exact too. */
import { exponential } from '../../env/distributions.js';

/** A distribution on 1, 2, …, `most`. */
export interface Sizes {
  readonly name: string;
  /** P(X = k) at index k. */
  readonly probability: Float64Array;
  readonly mean: number;
  /** E[X²]. */
  readonly second: number;
  /** A size from one uniform draw. */
  draw(u: number): number;
}

/** Whole sizes from a continuous distribution F: X is rounded up, so P(X ≤ k) = F(k). Beyond `most` nothing is left. */
function roundedUp(name: string, F: (x: number) => number, inverse: (u: number) => number, most: number): Sizes {
  const probability = new Float64Array(most + 1);
  let mean = 0;
  let second = 0;
  for (let k = 1; k <= most; k++) {
    const p = k === most ? 1 - F(k - 1) : F(k) - F(k - 1);
    probability[k] = p;
    mean += p * k;
    second += p * k * k;
  }
  return { name, probability, mean, second, draw: (u) => Math.min(most, Math.max(1, Math.ceil(inverse(u)))) };
}

/** Rounded up an exponential is geometric, which has no memory either: M/M/1 in steps. */
export const geometricSizes = (mean: number): Sizes => {
  const scale = -1 / Math.log1p(-1 / mean); // of the exponential whose rounded-up mean is `mean`
  return roundedUp(
    'exponential',
    (x) => -Math.expm1(-x / scale),
    (u) => scale * exponential(u),
    Math.ceil(40 * scale),
  );
};

/** Weibull of shape ½, F(x) = 1 − exp(−√(2x/mean)): its squared coefficient of variation is 5. */
export const weibullSizes = (mean: number): Sizes =>
  roundedUp(
    'Weibull',
    (x) => -Math.expm1(-Math.sqrt((2 * x) / mean)),
    (u) => (mean * exponential(u) ** 2) / 2,
    Math.ceil(650 * mean),
  );

/** Always the same: M/D/1. */
export const constantSizes = (size: number): Sizes => {
  const probability = new Float64Array(size + 1);
  probability[size] = 1;
  return { name: 'constant', probability, mean: size, second: size * size, draw: () => size };
};
