/**
 * A weighted histogram of non-negative whole numbers with buckets of equal relative width: what gaps between tokens are
 * counted in. Count, sum and largest value are exact; a quantile is off by at most 1/256 of itself (the idea of HDR
 * histograms: an octave is divided into 128 equal buckets, so the bucket of a value is a shift).
 */

/** An octave has 2 ** SUB buckets; values below 2 ** (SUB + 1) have one each. */
const SUB = 7;
/** Values from here on are shifted down first, as bit operations take 32 bits. */
const WIDE = 0x80000000;
const WIDE_SHIFT = 22;
/** Buckets for all whole numbers below 2^53. */
const BUCKETS = (53 - SUB + 1) << SUB;

export interface Histogram {
  /** Weight in each bucket. */
  readonly counts: Float64Array;
  /** Σ weight. */
  count: number;
  /** Σ weight × value; exact up to 2^53. */
  sum: number;
  /** The largest value added; 0 if there is none. */
  max: number;
}

export const createHistogram = (): Histogram => ({ counts: new Float64Array(BUCKETS), count: 0, sum: 0, max: 0 });

const bucketOf = (value: number): number =>
  value < WIDE ? narrowBucket(value) : (WIDE_SHIFT << SUB) + narrowBucket(Math.floor(value / (1 << WIDE_SHIFT)));

function narrowBucket(value: number): number {
  const shift = 31 - SUB - Math.clz32(value);
  return shift <= 0 ? value : (shift << SUB) + (value >>> shift);
}

/** The middle of a bucket; the value itself where buckets hold one value. */
function middleOf(bucket: number): number {
  const shift = Math.max(0, (bucket >> SUB) - 1);
  const width = 2 ** shift;
  return (bucket - (shift << SUB)) * width + Math.floor((width - 1) / 2);
}

/** Adds `value`, a whole number 0 … 2^53 − 1, `weight` times. Allocates nothing. */
export function addValue(h: Histogram, value: number, weight: number): void {
  h.counts[bucketOf(value)] += weight;
  h.count += weight;
  h.sum += value * weight;
  if (value > h.max) h.max = value;
}

/** Adds values[from … to − 1], each `weight` times. */
export function addValues(h: Histogram, values: Int32Array, from: number, to: number, weight: number): void {
  const { counts } = h;
  let { sum, max } = h;
  for (let k = from; k < to; k++) {
    const value = values[k];
    counts[narrowBucket(value)] += weight;
    sum += value * weight;
    if (value > max) max = value;
  }
  h.count += (to - from) * weight;
  h.sum = sum;
  h.max = max;
}

/** Adds all of `from` to `into`. */
export function mergeHistogram(into: Histogram, from: Histogram): void {
  for (let k = 0; k < BUCKETS; k++) into.counts[k] += from.counts[k];
  into.count += from.count;
  into.sum += from.sum;
  into.max = Math.max(into.max, from.max);
}

export function resetHistogram(h: Histogram): void {
  h.counts.fill(0);
  h.count = 0;
  h.sum = 0;
  h.max = 0;
}

/** Makes `to` equal to `from`. */
export function copyHistogram(from: Histogram, to: Histogram): void {
  to.counts.set(from.counts);
  to.count = from.count;
  to.sum = from.sum;
  to.max = from.max;
}

/**
 * The smallest value v such that at least the share q of the weight is at values ≤ v, to 1/256 of itself; NaN if nothing
 * was added.
 */
export function quantileOf(h: Histogram, q: number): number {
  if (h.count === 0) return Number.NaN;
  const rank = rankOf(q, h.count);
  let below = 0;
  for (let k = 0; k < BUCKETS; k++) {
    below += h.counts[k];
    if (below >= rank) return Math.min(middleOf(k), h.max);
  }
  return h.max;
}

/** Which of `count` ascending values is the q-quantile (nearest rank, from 1). */
export function rankOf(q: number, count: number): number {
  const exact = q * count;
  return Math.min(count, Math.max(1, Math.ceil(exact - 1e-12 * exact)));
}
