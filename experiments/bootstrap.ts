/** Intervals by resampling: how far a figure would move on other seeds. */
import { normalTail } from '../env/distributions.js';
import { type Seed, stream } from '../env/random.js';
import { quantileOfSorted } from './statistics/quantile.js';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** Resamples [4,000]. */
  readonly resamples?: number;
  /** [0] */
  readonly seed?: Seed;
}

/**
 * 95 % bootstrap interval of a statistic of n units, here paired seeds: units are drawn with replacement, all figures of
 * a unit together, so that the pairing survives. The percentile interval (Efron 1979) is too narrow for ten units; its
 * tail is expanded as a t interval is (Hesterberg 2015, "What teachers should know about the bootstrap", section 5).
 * One unit has no spread: NaN ends.
 * @param statistic of the units whose indices are given
 */
export function bootstrap(
  n: number,
  statistic: (units: Int32Array) => number,
  options: BootstrapOptions = {},
): Interval {
  const { resamples = 4000, seed = 0 } = options;
  if (n < 1) throw new RangeError('a bootstrap needs at least one unit');
  const value = statistic(Int32Array.from({ length: n }, (_, k) => k));
  if (n === 1) return { value, low: Number.NaN, high: Number.NaN };
  const { next } = stream(seed, 'bootstrap');
  const units = new Int32Array(n);
  const values = new Float64Array(resamples);
  for (let k = 0; k < resamples; k++) {
    for (let i = 0; i < n; i++) units[i] = Math.floor(next() * n);
    values[k] = statistic(units);
  }
  values.sort();
  const outside = expandedTail(n);
  return { value, low: quantileOfSorted(values, outside), high: quantileOfSorted(values, 1 - outside) };
}

/**
 * 95 % interval of a statistic of a table whose rows and columns are both samples, here training seeds × workload seeds: rows and columns are
 * drawn with replacement, each for itself (Owen 2007, "The pigeonhole bootstrap", arXiv 0712.1111), with the tail of the fewer of the two.
 * A side of one is not drawn: what is said is then about that one alone. One row and one column: NaN ends.
 */
export function crossedBootstrap(
  rows: number,
  columns: number,
  statistic: (rows: Int32Array, columns: Int32Array) => number,
  options: BootstrapOptions = {},
): Interval {
  const { resamples = 4000, seed = 0 } = options;
  if (rows < 1 || columns < 1) throw new RangeError('a bootstrap needs at least one row and one column');
  const drawn = [rows, columns].map((n) => Int32Array.from({ length: n }, (_, k) => k));
  const value = statistic(drawn[0], drawn[1]);
  const fewest = Math.min(...[rows, columns].filter((n) => n > 1));
  if (fewest === Infinity) return { value, low: Number.NaN, high: Number.NaN };
  const { next } = stream(seed, 'crossed bootstrap');
  const values = new Float64Array(resamples);
  for (let k = 0; k < resamples; k++) {
    for (const units of drawn) for (let i = 0; i < units.length; i++) units[i] = Math.floor(next() * units.length);
    values[k] = statistic(drawn[0], drawn[1]);
  }
  values.sort();
  const outside = expandedTail(fewest);
  return { value, low: quantileOfSorted(values, outside), high: quantileOfSorted(values, 1 - outside) };
}

/** The mean of values with its interval. */
export function meanInterval(values: ArrayLike<number>, options?: BootstrapOptions): Interval {
  return bootstrap(values.length, (units) => sumOf(values, units) / units.length, options);
}

/** How much the mean of `values` differs from that of `reference`, unit by unit of the same seed, as a share of the reference's mean. */
export function relativeDifference(
  values: ArrayLike<number>,
  reference: ArrayLike<number>,
  options?: BootstrapOptions,
): Interval {
  if (values.length !== reference.length) {
    throw new RangeError(`pairs need as many values as references: got ${values.length} and ${reference.length}`);
  }
  return bootstrap(values.length, (units) => sumOf(values, units) / sumOf(reference, units) - 1, options);
}

function sumOf(values: ArrayLike<number>, units: Int32Array): number {
  let sum = 0;
  for (const unit of units) sum += values[unit];
  return sum;
}

const Z = 1.959964;

/** Share of resamples to leave out at each end for 95 %: Φ(−√(n/(n − 1))·t), with t by its Cornish–Fisher expansion around z. */
function expandedTail(n: number): number {
  const v = n - 1;
  const t =
    Z +
    (Z ** 3 + Z) / (4 * v) +
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * v * v) +
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * v ** 3);
  return normalTail(Math.sqrt(n / v) * t);
}
