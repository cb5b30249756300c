/** Samplers as functions of uniform draws in [0, 1), so that they serve streams and keyed luck alike. */

/** Exponential with mean 1 from one uniform. */
export const exponential = (u: number): number => -Math.log1p(-u);

/** Standard normal from two uniforms (Box and Muller 1958); no value is kept between calls. */
export const normal = (u: number, v: number): number => Math.sqrt(2 * exponential(u)) * Math.cos(2 * Math.PI * v);

/** Quantile function that interpolates linearly through (probabilities, values), both ascending. */
export function quantileTable(probabilities: readonly number[], values: readonly number[]): (u: number) => number {
  if (probabilities.length !== values.length || values.length < 2) {
    throw new Error(
      `a quantile table needs as many values as probabilities (at least 2): got ${values.length} and ${probabilities.length}`,
    );
  }
  return (u) => {
    let low = 0;
    let high = probabilities.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (probabilities[middle] <= u) low = middle;
      else high = middle;
    }
    const share = (u - probabilities[low]) / (probabilities[high] - probabilities[low]);
    return values[low] + Math.min(1, Math.max(0, share)) * (values[high] - values[low]);
  };
}
