/**
 * Rows of which many share most of their columns, as the answers to one prompt do: sums are taken over the groups, not the rows.
 *
 * A row is its own few columns, and behind them the columns of its group (zeros if it has none).
 */
import type { Normal, Regressors } from './ridge.js';

export interface SharedRows {
  /** [rows × ownColumns] */
  readonly own: Float32Array;
  readonly ownColumns: number;
  /** [rows] −1 = none. */
  readonly group: Int32Array;
  /** Columns of each group, of the same length. */
  readonly groups: readonly Float32Array[];
  readonly columns: number;
}

/** Groups that are added up at once: the sums are longer than the cache. */
const BLOCK = 8;

export function sharedRegressors(given: SharedRows): Regressors {
  const { own, ownColumns, group, groups, columns } = given;
  const width = ownColumns + columns;
  /** Σ of a number of each row over a group's rows. */
  const sums = (of: (row: number) => number): Float64Array => {
    const out = new Float64Array(groups.length);
    group.forEach((g, row) => {
      if (g >= 0) out[g] += of(row);
    });
    return out;
  };
  /** Writes Σ weight × columns of the groups to out[at …]. */
  const add = (weights: Float64Array, out: Float64Array, at: number): void => {
    groups.forEach((shared, g) => {
      for (let k = 0; k < columns; k++) out[at + k] += weights[g] * shared[k];
    });
  };
  return {
    columns: width,
    normal: () => normalOf(given, sums, add),
    moments(y) {
      const out = new Float64Array(width + 1);
      for (let row = 0; row < group.length; row++) {
        for (let k = 0; k < ownColumns; k++) out[k] += own[row * ownColumns + k] * y[row];
        out[width] += y[row];
      }
      add(
        sums((row) => y[row]),
        out,
        ownColumns,
      );
      return out;
    },
    fitted(coefficients) {
      const products = Float64Array.from(groups, (shared) => {
        let sum = 0;
        for (let k = 0; k < columns; k++) sum += coefficients[ownColumns + k] * shared[k];
        return sum;
      });
      return Float64Array.from(group, (g, row) => {
        let sum = coefficients[width] + (g >= 0 ? products[g] : 0);
        for (let k = 0; k < ownColumns; k++) sum += coefficients[k] * own[row * ownColumns + k];
        return sum;
      });
    },
  };
}

function normalOf(
  { own, ownColumns, group, groups, columns }: SharedRows,
  sums: (of: (row: number) => number) => Float64Array,
  add: (weights: Float64Array, out: Float64Array, at: number) => void,
): Normal {
  const size = ownColumns + columns + 1;
  const gram = new Float64Array(size * size);
  for (let row = 0; row < group.length; row++) {
    const at = row * ownColumns;
    for (let i = 0; i < ownColumns; i++) {
      for (let j = i; j < ownColumns; j++) gram[i * size + j] += own[at + i] * own[at + j];
      gram[i * size + size - 1] += own[at + i];
    }
  }
  for (let i = 0; i < ownColumns; i++)
    add(
      sums((row) => own[row * ownColumns + i]),
      gram,
      i * size + ownColumns,
    );
  const counts = sums(() => 1);
  const ones = new Float64Array(columns);
  add(counts, ones, 0);
  for (let i = 0; i < columns; i++) gram[(ownColumns + i) * size + size - 1] = ones[i];
  const none = new Float32Array(columns);
  for (let g = 0; g < groups.length; g += BLOCK) {
    const [a, b, c, d, e, f, h, k] = Array.from({ length: BLOCK }, (_, n) => groups[g + n] ?? none);
    const n = Float64Array.from({ length: BLOCK }, (_, n) => counts[g + n] ?? 0);
    for (let i = 0; i < columns; i++) {
      const [p, q, r, s] = [n[0] * a[i], n[1] * b[i], n[2] * c[i], n[3] * d[i]];
      const [t, u, v, w] = [n[4] * e[i], n[5] * f[i], n[6] * h[i], n[7] * k[i]];
      const at = (ownColumns + i) * size + ownColumns;
      for (let j = i; j < columns; j++)
        gram[at + j] += p * a[j] + q * b[j] + r * c[j] + s * d[j] + t * e[j] + u * f[j] + v * h[j] + w * k[j];
    }
  }
  gram[size * size - 1] = group.length;
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) gram[i * size + j] = gram[j * size + i];
  return { size, gram };
}
