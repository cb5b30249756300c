/**
 * Gaussian with a diagonal covariance, n numbers from `at` on, and the same squashed by tanh into (−1, 1):
 *
 *     log p(x) = −Σ ( (x − μ)²/2σ² + log σ + ½ log 2π ),   H = Σ ( log σ + ½ log 2πe )
 *     log p(tanh x) = log p(x) − Σ 2 (log 2 − x − softplus(−2x))
 *
 * The second line is −Σ log(1 − tanh² x), exact also where tanh x rounds to ±1. log σ does not depend on the row.
 */
import type { Reals } from './reals.js';

const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);

const deviations = (logSd: Reals): Reals => Float64Array.from(logSd, Math.exp);

/** @param sd e^log σ, where that is known */
export function gaussianLogProb(mean: Reals, at: number, logSd: Reals, x: Reals, sd = deviations(logSd)): number {
  let sum = 0;
  for (let k = 0; k < logSd.length; k++) {
    const z = (x[at + k] - mean[at + k]) / sd[k];
    sum -= 0.5 * z * z + logSd[k] + HALF_LOG_TAU;
  }
  return sum;
}

export function gaussianEntropy(logSd: Reals): number {
  let sum = 0;
  for (let k = 0; k < logSd.length; k++) sum += logSd[k] + HALF_LOG_TAU + 0.5;
  return sum;
}

/**
 * Adds `byLogProb`·∂log p/∂μ to a row of gradients, and `byLogProb`·∂log p/∂log σ + `byEntropy`·∂H/∂log σ to those of log σ.
 * @param sd e^log σ, where that is known
 */
export function addGaussianGradient(
  mean: Reals,
  at: number,
  logSd: Reals,
  x: Reals,
  { byLogProb, byEntropy }: { byLogProb: number; byEntropy: number },
  intoMean: Reals,
  intoLogSd: Reals,
  sd = deviations(logSd),
): void {
  for (let k = 0; k < logSd.length; k++) {
    const z = (x[at + k] - mean[at + k]) / sd[k];
    intoMean[at + k] += (byLogProb * z) / sd[k];
    intoLogSd[k] += byLogProb * (z * z - 1) + byEntropy;
  }
}

/** KL of one Gaussian from another, both over n = `logSd.length` numbers from `at` on. */
export function gaussianKl(
  p: { readonly mean: Reals; readonly logSd: Reals },
  q: { readonly mean: Reals; readonly logSd: Reals },
  at: number,
): number {
  let sum = 0;
  for (let k = 0; k < p.logSd.length; k++) {
    const difference = (p.mean[at + k] - q.mean[at + k]) / Math.exp(q.logSd[k]);
    const ratio = p.logSd[k] - q.logSd[k];
    sum += 0.5 * (Math.exp(2 * ratio) + difference * difference - 1) - ratio;
  }
  return sum;
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Log-density of tanh x. @param x before tanh */
export function squashedLogProb(mean: Reals, at: number, logSd: Reals, x: Reals): number {
  let sum = gaussianLogProb(mean, at, logSd, x);
  for (let k = at; k < at + logSd.length; k++) sum -= 2 * (Math.LN2 - x[k] - softplus(-2 * x[k]));
  return sum;
}
