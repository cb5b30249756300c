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

/**
 * Index drawn in proportion to weights ≥ 0, from one uniform.
 * @throws RangeError if the weights have no positive finite sum, or one is below 0
 */
export function weightedIndex(weights: ArrayLike<number>): (u: number) => number {
  const upTo = new Float64Array(weights.length);
  let total = 0;
  for (let k = 0; k < weights.length; k++) {
    if (!(weights[k] >= 0)) throw new RangeError(`weights: number ${k + 1} is ${weights[k]}, expected a number ≥ 0`);
    total += weights[k];
    upTo[k] = total;
  }
  if (!(total > 0 && total < Infinity)) throw new RangeError(`weights: their sum is ${total}, expected a number > 0`);
  return (u) => {
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] > u * total) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

const ratio = (above: readonly number[], below: readonly number[], x: number): number =>
  above.reduceRight((sum, c) => sum * x + c) / below.reduceRight((sum, c) => sum * x + c);

/** Quantile of the standard normal to about 7 digits (Wichura 1988, algorithm AS 241, PPND7). */
export function normalQuantile(u: number): number {
  if (u <= 0) return -Infinity;
  if (u >= 1) return Infinity;
  const q = u - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(NEAR_ABOVE, NEAR_BELOW, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(Math.min(u, 1 - u)));
  const far = r <= 5 ? ratio(FAR_ABOVE, FAR_BELOW, r - 1.6) : ratio(TAIL_ABOVE, TAIL_BELOW, r - 5);
  return q < 0 ? -far : far;
}

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal. */
export const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / ROOT_TWO_PI;

/** P(N > x) of the standard normal for x ≥ 0, absolute error below 8e-8 (Zelen and Severo 1964; Abramowitz and Stegun 26.2.17). */
export function normalTail(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return normalDensity(x) * series;
}

/** Distribution function of the standard normal, as exact as `normalTail`; always inside 0 … 1, ends excluded. */
export const normalCdf = (x: number): number =>
  x < 0 ? Math.max(Number.EPSILON, normalTail(-x)) : Math.min(1 - Number.EPSILON, 1 - normalTail(x));

const NEAR_ABOVE = [3.3871327179, 50.434271938, 159.29113202, 59.10937472];
const NEAR_BELOW = [1, 17.895169469, 78.757757664, 67.1875636];
const FAR_ABOVE = [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103];
const FAR_BELOW = [1, 0.7370016425, 0.12021132975];
const TAIL_ABOVE = [6.657905115, 3.081222639, 0.42868294337, 0.017337203997];
const TAIL_BELOW = [1, 0.24197894225, 0.012258202635];
