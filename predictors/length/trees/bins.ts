/** Columns cut into a few bins, so that a split is found by adding up bins instead of sorting rows. */
import { FEATURES } from '../features.js';
import type { SparseRows } from '../training-rows.js';

/** Most bins of a column. */
const BINS = 32;

export interface Binned {
  readonly rows: number;
  readonly start: Int32Array;
  readonly columns: Uint16Array;
  /** Bin of every entry that is not 0. */
  readonly bins: Uint8Array;
  /** By column: the bin of 0. */
  readonly zero: Uint8Array;
  /** By column: largest value of each bin but the last, ascending. Bin b holds what is above edge b − 1 and at most edge b. */
  readonly edges: readonly Float32Array[];
}

/** Edges at quantiles of the values of each column that are not 0, those of a column with few values between all of them, and at 0. */
export function binned(x: SparseRows): Binned {
  const counts = new Int32Array(FEATURES + 1);
  for (const column of x.columns) counts[column + 1]++;
  for (let column = 0; column < FEATURES; column++) counts[column + 1] += counts[column];
  const byColumn = new Float32Array(x.values.length);
  const next = counts.slice();
  for (let k = 0; k < x.columns.length; k++) byColumn[next[x.columns[k]]++] = x.values[k];
  const edges = Array.from({ length: FEATURES }, (_, column) =>
    edgesOf(byColumn.subarray(counts[column], counts[column + 1]), x.rows),
  );
  const bins = Uint8Array.from(x.columns, (column, k) => binOf(edges[column], x.values[k]));
  return {
    rows: x.rows,
    start: x.start,
    columns: x.columns,
    bins,
    zero: Uint8Array.from(edges, (own) => binOf(own, 0)),
    edges,
  };
}

function edgesOf(values: Float32Array, rows: number): Float32Array {
  const sorted = values.sort();
  const distinct = sorted.filter((value, k) => k === 0 || value !== sorted[k - 1]);
  let upper = distinct;
  if (distinct.length > BINS - 2) {
    const steps = Array.from(
      { length: BINS - 2 },
      (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / (BINS - 1))],
    );
    upper = Float32Array.from(steps).filter((value, k, all) => k === 0 || value !== all[k - 1]);
  }
  const withZero = sorted.length < rows && !upper.includes(0) ? Float32Array.from([...upper, 0]).sort() : upper;
  // Nothing lies above the largest value: no edge there.
  const largest = Math.max(0, sorted.at(-1) ?? 0);
  return withZero.filter((value) => value < largest);
}

function binOf(edges: Float32Array, value: number): number {
  let bin = 0;
  while (bin < edges.length && value > edges[bin]) bin++;
  return bin;
}
