/** How whole numbers are spread: mean, standard deviation, quantiles, and a histogram for pictures, in constant memory. */
import { addValue, createHistogram, type Histogram, quantileOf, rankOf } from '../../env/serving/histogram.js';
import { createMoments, type Moments, observe, varianceOf } from './moments.js';

/** Collects whole numbers 0 … 2^53 − 1. */
export interface Spread {
  readonly values: Histogram;
  /** How often each value came; undefined when there were too many different ones. */
  each: Map<number, number> | undefined;
  readonly moments: Moments;
  /** Values in bin k: EDGES[k] ≤ value < EDGES[k + 1]. */
  readonly bins: Float64Array;
}

/**
 * What a spread comes to. Quantiles are those of nearest rank: exact of up to 4,096 different values, of more off by at most
 * 1/256 of themselves (the width of a bucket). The rest is exact.
 */
export interface SpreadSummary {
  readonly count: number;
  readonly mean: number;
  /** NaN of one value. */
  readonly sd: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Different values that are counted one by one. */
const MOST_EACH = 4096;

/** Bins of a doubling; below that many, each whole number has one. */
const BINS_PER_DOUBLING = 4;

/** Whole numbers, about four a doubling: 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, … */
const EDGES: readonly number[] = [0, ...new Set(Array.from({ length: 53 * BINS_PER_DOUBLING }, (_, k) => edge(k)))];

function edge(k: number): number {
  return Math.ceil(2 ** (k / BINS_PER_DOUBLING) - 1e-9);
}

export const createSpread = (): Spread => ({
  values: createHistogram(),
  each: new Map(),
  moments: createMoments(),
  bins: new Float64Array(EDGES.length),
});

export function addToSpread(spread: Spread, value: number): void {
  const { values, moments, bins, each } = spread;
  addValue(values, value, 1);
  observe(moments, value);
  bins[binOf(value)]++;
  each?.set(value, (each.get(value) ?? 0) + 1);
  if (each && each.size > MOST_EACH) spread.each = undefined;
}

function quantile({ values, each }: Spread, q: number): number {
  if (!each || each.size === 0) return quantileOf(values, q);
  const rank = rankOf(q, values.count);
  let below = 0;
  for (const [value, count] of [...each].sort(([a], [b]) => a - b)) {
    below += count;
    if (below >= rank) return value;
  }
  return values.max;
}

/** @param unit what a value is divided by, e.g. µs in a second */
export function summaryOf(spread: Spread, unit = 1): SpreadSummary {
  const { values, moments } = spread;
  return {
    count: moments.count,
    mean: moments.mean / unit,
    sd: Math.sqrt(varianceOf(moments)) / unit,
    p50: quantile(spread, 0.5) / unit,
    p90: quantile(spread, 0.9) / unit,
    p99: quantile(spread, 0.99) / unit,
    max: values.max / unit,
  };
}

/** A bar of a histogram: values ≥ `from` and < `to`, as a share of all. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** The bins from the first to the last that holds something. */
export function barsOf({ bins, moments }: Spread): Bar[] {
  const used = [...bins.keys()].filter((k) => bins[k] > 0);
  const [first = 0] = used;
  const last = used[used.length - 1] ?? -1;
  return Array.from(bins.subarray(first, last + 1), (n, k) => ({
    from: EDGES[first + k],
    to: EDGES[first + k + 1] ?? Number.MAX_SAFE_INTEGER,
    share: n / moments.count,
  }));
}

function binOf(value: number): number {
  let low = 0;
  let high = EDGES.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (EDGES[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}
