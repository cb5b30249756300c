/** How a quantity is distributed over requests or tokens, and the lists of numbers it is taken from. */
import { type Histogram, quantileOf, rankOf } from './histogram.js';

/**
 * Mean and quantiles. A quantile is by nearest rank: the smallest value that at least that share of all values does not
 * exceed. All but `count` are NaN where nothing was measured.
 */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** A list of numbers that grows. */
export interface Series {
  values: Float64Array;
  n: number;
}

export const createSeries = (room = 64): Series => ({ values: new Float64Array(room), n: 0 });

export function push(series: Series, value: number): void {
  if (series.n === series.values.length) {
    const wider = new Float64Array(2 * series.n);
    wider.set(series.values);
    series.values = wider;
  }
  series.values[series.n++] = value;
}

export function copySeries(from: Series): Series {
  const copy = createSeries(Math.max(64, from.n));
  copy.values.set(from.values.subarray(0, from.n));
  copy.n = from.n;
  return copy;
}

/** Exact, from all values. */
export function spreadOf(series: Series): Spread {
  const { n } = series;
  const sorted = series.values.slice(0, n).sort();
  const at = (q: number): number => (n === 0 ? Number.NaN : sorted[rankOf(q, n) - 1]);
  return { count: n, mean: sumOf(series) / n, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** Count, mean and maximum exact, quantiles to 1/256 of themselves. */
export function spreadOfHistogram(h: Histogram): Spread {
  const at = (q: number): number => quantileOf(h, q);
  return {
    count: h.count,
    mean: h.sum / h.count,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: h.count === 0 ? Number.NaN : h.max,
  };
}

export function sumOf({ values, n }: Series): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += values[k];
  return sum;
}
