/**
 * Least squares when some values are only known to be "at least so much" (Tobin 1958; by expectation and maximisation, as
 * Dempster, Laird and Rubin 1977 do): normal errors of one σ, and a cut value stands for its expectation above the cut.
 */

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
const density = (z: number): number => Math.exp((-z * z) / 2) / ROOT_TWO_PI;

/** φ(z)/P(N > z), the mean of a standard normal above z (P by Abramowitz and Stegun 26.2.17; its expansion from 5 on). */
export function hazard(z: number): number {
  if (z > 5) return z + 1 / z - 2 / z ** 3;
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = density(z) * series;
  return density(z) / (z >= 0 ? tail : 1 - tail);
}

/** A value's expectation, if it is at least `cut` and normal around `predicted`. */
export const expectedAbove = (cut: number, predicted: number, sigma: number): number =>
  Math.max(cut, predicted + sigma * hazard((cut - predicted) / sigma));

/** Mean negative log likelihood. */
export function negativeLogLikelihood(
  values: ArrayLike<number>,
  censored: ArrayLike<number | boolean>,
  predicted: ArrayLike<number>,
  sigma: number,
): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const z = (values[k] - predicted[k]) / sigma;
    const logDensity = (-z * z) / 2 - Math.log(ROOT_TWO_PI);
    // Far above the cut nothing is surprising.
    if (censored[k]) sum -= z < -5 ? 0 : logDensity - Math.log(hazard(z));
    else sum -= logDensity - Math.log(sigma);
  }
  return sum / values.length;
}

/** σ that agrees with its own expectations: Σ of squares and, for what was cut, of expected squares. */
export function sigmaOf(
  values: ArrayLike<number>,
  censored: ArrayLike<number | boolean>,
  predicted: ArrayLike<number>,
  before: number,
): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const z = (values[k] - predicted[k]) / before;
    // E[(y − p)² | y ≥ c] = σ²·(1 + z·h(z))
    sum += censored[k] ? before * before * Math.max(1 + z * hazard(z), z * z) : (values[k] - predicted[k]) ** 2;
  }
  return Math.max(1e-3, Math.sqrt(sum / values.length));
}
