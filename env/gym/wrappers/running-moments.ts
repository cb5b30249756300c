/** Mean and variance of a stream of batches, by Chan, Golub and LeVeque (1979). */

import type { Numbers } from '../spaces/space.js';

/** Plain data, so that it can be saved and forked. Rounded to the precision of its arrays after every operation. */
export interface Moments {
  mean: Float64Array | Float32Array;
  /** Population variance. */
  variance: Float64Array | Float32Array;
  count: number;
}

/** Weight of the prior, in observations. */
const PRIOR = 1e-4;

/** Gymnasium's prior: mean 0, variance 1, weight 1e-4. @param variance the prior's, where it is not quite 1 */
export const createMoments = (size: number, precision: 'float64' | 'float32' = 'float64', variance = 1): Moments => {
  const array = precision === 'float32' ? Float32Array : Float64Array;
  return { mean: new array(size), variance: new array(size).fill(variance), count: PRIOR };
};

/** The variance of a prior that was a float32 before it met float64 observations: its weight is rounded. */
export const ROUNDED_PRIOR = Math.fround(PRIOR) / PRIOR;

/** To float32 if so wanted. */
export const rounded = (x: number, single: boolean): number => (single ? Math.fround(x) : x);

/** Takes in n rows of numbers, one for each dimension, that stand in `xs` one row after the other. @param from where the first row begins */
export function takeIn(moments: Moments, n: number, xs: Numbers, from = 0): void {
  if (n === 0) return;
  const { mean, variance, count } = moments;
  const single = mean instanceof Float32Array;
  const size = mean.length;
  const total = count + n;
  for (let d = 0; d < size; d++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum = rounded(sum + xs[from + k * size + d], single);
    const batchMean = rounded(sum / n, single);
    let squares = 0;
    for (let k = 0; k < n; k++) {
      const off = rounded(xs[from + k * size + d] - batchMean, single);
      squares = rounded(squares + rounded(off * off, single), single);
    }
    const within = rounded(rounded(squares / n, single) * n, single);
    const delta = rounded(batchMean - mean[d], single);
    const weighted = rounded(rounded(rounded(delta * delta, single) * rounded(count, single), single) * n, single);
    const between = rounded(weighted / rounded(total, single), single);
    const before = rounded(variance[d] * rounded(count, single), single);
    const after = rounded(rounded(before + within, single) + between, single);
    mean[d] = rounded(mean[d] + rounded(rounded(delta * n, single) / rounded(total, single), single), single);
    variance[d] = rounded(after / rounded(total, single), single);
  }
  moments.count = total;
}
