/** Quantiles and trimmed means of a sample. */

/** Quantile of sorted values at q in 0 … 1 with linear interpolation (Hyndman and Fan's type 7, as numpy's default). */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** @throws RangeError for an empty sample or a level outside 0 … 1 */
export function quantile(values: ArrayLike<number>, q: number): number {
  if (values.length === 0) throw new RangeError('a quantile needs at least one value');
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile level is ${q}, expected 0 … 1`);
  return quantileOfSorted(Float64Array.from(values).sort(), q);
}

/** Mean of what is left when floor(share · n) values are taken away at each end. share .25: the interquartile mean. */
export function trimmedMean(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) throw new RangeError('a mean needs at least one value');
  if (!(share >= 0 && share < 0.5)) throw new RangeError(`a trimmed share is ${share}, expected 0 … .5, .5 excluded`);
  const away = Math.floor(share * values.length);
  const kept = Float64Array.from(values)
    .sort()
    .subarray(away, values.length - away);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}
