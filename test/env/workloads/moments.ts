/** Sample moments. */

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum / values.length;
}

export function variance(values: ArrayLike<number>): number {
  const middle = mean(values);
  return mean(Array.from(values, (value) => (value - middle) ** 2));
}

/** Coefficient of variation of the gaps between ascending times. */
export function cvOfGaps(times: ArrayLike<number>): number {
  const gaps = Float64Array.from({ length: times.length - 1 }, (_, k) => times[k + 1] - times[k]);
  return Math.sqrt(variance(gaps)) / mean(gaps);
}

/** Variance / mean of the counts in windows of so many seconds that end within `span` seconds; times in µs. */
export function dispersion(times: ArrayLike<number>, seconds: number, span: number): number {
  const counts = new Float64Array(Math.floor(span / seconds));
  for (let k = 0; k < times.length; k++) {
    const window = Math.floor(times[k] / (1e6 * seconds));
    if (window < counts.length) counts[window]++;
  }
  return variance(counts) / mean(counts);
}
