/** Mean and variance of a stream of batches, by Chan, Golub and LeVeque (1979). */

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

/**
 * Takes in one number a dimension from each of `n` rows.
 * @param at the value of row k in dimension d
 */
export function takeIn(moments: Moments, n: number, at: (k: number, d: number) => number): void {
  if (n === 0) return;
  const { mean, variance, count } = moments;
  const r = mean instanceof Float32Array ? Math.fround : (x: number) => x;
  const total = count + n;
  for (let d = 0; d < mean.length; d++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum = r(sum + at(k, d));
    const batchMean = r(sum / n);
    let squares = 0;
    for (let k = 0; k < n; k++) {
      const off = r(at(k, d) - batchMean);
      squares = r(squares + r(off * off));
    }
    const batchVariance = r(squares / n);
    const delta = r(batchMean - mean[d]);
    const between = r(r(r(r(delta * delta) * r(count)) * n) / r(total));
    const second = r(r(r(variance[d] * r(count)) + r(batchVariance * n)) + between);
    mean[d] = r(mean[d] + r(r(delta * n) / r(total)));
    variance[d] = r(second / r(total));
  }
  moments.count = total;
}
