/**
 * From a predicted log length to a distribution: quantiles of what the prediction was off by, on rows it was not trained on.
 *
 * The error is wider for some lengths than for others, so the rows are cut into groups of equal size by what was predicted for them,
 * each has its own quantiles, and between the centres of two groups they are interpolated. Cut answers: `kaplan-meier.ts`.
 */
import { type Tensor, valuesOf, type Weights } from '../weights.js';
import { survivalQuantiles } from './kaplan-meier.js';
import { LEVELS } from './model.js';

export interface Residuals {
  /** Mean prediction of each group, ascending. */
  readonly centres: Float32Array;
  /** [groups × levels]: log length − predicted. */
  readonly quantiles: Float32Array;
}

const GROUPS = 5;
/** Rows that a group needs. */
const FEWEST = 40;

/** @throws Error if every row was cut */
export function residualsOf(
  predicted: ArrayLike<number>,
  logLengths: ArrayLike<number>,
  censored: ArrayLike<number | boolean>,
): Residuals {
  const rows = predicted.length;
  const groups = Math.max(1, Math.min(GROUPS, Math.floor(rows / FEWEST)));
  const order = Array.from(predicted, (_, k) => k).sort((a, b) => predicted[a] - predicted[b] || a - b);
  const off = Float64Array.from(logLengths, (log, k) => log - predicted[k]);
  const centres = new Float64Array(groups);
  const quantiles = new Float64Array(groups * LEVELS.length);
  for (let group = 0; group < groups; group++) {
    const members = order.slice(Math.floor((group * rows) / groups), Math.floor(((group + 1) * rows) / groups));
    centres[group] = members.reduce((sum, row) => sum + predicted[row], 0) / members.length;
    // A group whose answers were all cut borrows everyone's.
    const only = members.some((row) => !censored[row]) ? members : order;
    survivalQuantiles(off, censored, LEVELS, quantiles, group * LEVELS.length, only);
  }
  return { centres: Float32Array.from(centres), quantiles: Float32Array.from(quantiles) };
}

/** Writes exp(predicted + residual quantile), at least 1 and ascending, to `out`. */
export function spreadAround(predicted: number, { centres, quantiles }: Residuals, out: Float64Array): void {
  const last = centres.length - 1;
  let low = 0;
  while (low < last && centres[low + 1] <= predicted) low++;
  const high = Math.min(low + 1, last);
  const width = centres[high] - centres[low];
  const share = width > 0 ? Math.min(1, Math.max(0, (predicted - centres[low]) / width)) : 0;
  const [a, b] = [low * LEVELS.length, high * LEVELS.length];
  for (let k = 0; k < LEVELS.length; k++) {
    const off = (1 - share) * quantiles[a + k] + share * quantiles[b + k];
    out[k] = Math.max(1, Math.exp(predicted + off));
  }
}

export const residualTensors = ({ centres, quantiles }: Residuals): Record<'centres' | 'residuals', Tensor> => ({
  centres: { shape: [centres.length], values: centres },
  residuals: { shape: [centres.length, LEVELS.length], values: quantiles },
});

/** @throws Error if they are missing or of another shape */
export function loadResiduals(weights: Weights): Residuals {
  const centres = valuesOf(weights, 'centres', [-1]);
  if (centres.length === 0) throw new Error('weights have no "centres", expected one at least');
  const quantiles = valuesOf(weights, 'residuals', [centres.length, LEVELS.length]);
  return { centres, quantiles };
}
