/**
 * Least squares when some values are only known to be "at least so much" (Tobin 1958; by expectation and maximisation, as
 * Dempster, Laird and Rubin 1977 do): normal errors of one σ, and a cut value stands for its expectation above the cut.
 */
import { normalDensity, normalTail } from '../../env/distributions.js';

/** φ(z)/P(N > z), the mean of a standard normal above z (its expansion from 5 on). */
export function hazard(z: number): number {
  if (z > 5) return z + 1 / z - 2 / z ** 3;
  return normalDensity(z) / (z >= 0 ? normalTail(z) : 1 - normalTail(-z));
}

/** ln of the standard normal's density. */
const logDensity = (z: number): number => (-z * z) / 2 - Math.log(2 * Math.PI) / 2;

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
    // Far above the cut nothing is surprising.
    if (censored[k]) sum -= z < -5 ? 0 : logDensity(z) - Math.log(hazard(z));
    else sum -= logDensity(z) - Math.log(sigma);
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
