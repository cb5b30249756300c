/**
 * Ridge regression on sparse rows: least squares with a penalty on the size of the coefficients (Hoerl and Kennard 1970).
 *
 * minimise Σ (y − b − x·w)² + Σ penaltyᵢ·wᵢ². The normal equations are made once; each penalty is a solve by conjugate gradients
 * (Jacobi preconditioner), begun at the last solution. Sums are in a fixed order, so the same rows give the same bytes.
 */
import type { SparseRows } from './training-rows.js';

export interface Normal {
  /** Columns, and one more behind them for the constant. */
  readonly size: number;
  /** [size × size] XᵀX. */
  readonly gram: Float64Array;
}

/** Rows of columns, by the sums over them that a regression asks for. */
export interface Regressors {
  /** Columns, without the constant. */
  readonly columns: number;
  normal(): Normal;
  /** Xᵀy, with the sum of y behind it. */
  moments(y: ArrayLike<number>): Float64Array;
  /** b + x·w of every row, the constant being the last coefficient. */
  fitted(coefficients: Float64Array): Float64Array;
}

/** Entries of columns from `columns` on are left out. */
export const sparseRegressors = (rows: SparseRows, columns: number): Regressors => ({
  columns,
  normal: () => normalEquations(rows, columns),
  moments: (y) => moments(rows, columns, y),
  fitted: (coefficients) => fitted(rows, coefficients),
});

function normalEquations({ rows, start, columns, values }: SparseRows, width: number): Normal {
  const size = width + 1;
  const gram = new Float64Array(size * size);
  for (let row = 0; row < rows; row++) {
    for (let k = start[row]; k < start[row + 1]; k++) {
      const at = columns[k] * size;
      for (let j = k; j < start[row + 1]; j++) gram[at + columns[j]] += values[k] * values[j];
      gram[at + width] += values[k];
    }
  }
  gram[size * size - 1] = rows;
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) gram[i * size + j] = gram[j * size + i];
  return { size, gram };
}

function moments({ rows, start, columns, values }: SparseRows, width: number, y: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(width + 1);
  for (let row = 0; row < rows; row++) {
    for (let k = start[row]; k < start[row + 1]; k++) sums[columns[k]] += values[k] * y[row];
    sums[width] += y[row];
  }
  return sums;
}

function fitted({ rows, start, columns, values }: SparseRows, coefficients: Float64Array): Float64Array {
  const constant = coefficients[coefficients.length - 1];
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = constant;
    for (let k = start[row]; k < start[row + 1]; k++) sum += values[k] * coefficients[columns[k]];
    return sum;
  });
}

/**
 * Moves `solution` to that of (XᵀX + diag(penalty))·w = right.
 * @param penalty by column; 0 for the constant
 */
export function solve(
  { size, gram }: Normal,
  penalty: Float64Array,
  right: Float64Array,
  solution: Float64Array,
  { accuracy = 1e-4, most = 100 } = {},
): void {
  const scale = Float64Array.from(penalty, (p, k) => 1 / Math.max(1e-9, gram[k * size + k] + p));
  // Columns that are 0 in all rows stay as they are.
  const used = Int32Array.from({ length: size }, (_, k) => k).filter((k) => gram[k * size + k] > 0);
  const residual = new Float64Array(size);
  const direction = new Float64Array(size);
  const image = new Float64Array(size);
  const apply = (vector: Float64Array): void => {
    for (const i of used) {
      let sum = penalty[i] * vector[i];
      for (let k = 0; k < used.length; k++) sum += gram[i * size + used[k]] * vector[used[k]];
      image[i] = sum;
    }
  };
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k], 0);
  apply(solution);
  for (let k = 0; k < size; k++) {
    residual[k] = right[k] - image[k];
    direction[k] = scale[k] * residual[k];
  }
  let norm = dot(residual, direction);
  const enough = accuracy ** 2 * right.reduce((sum, value, k) => sum + scale[k] * value * value, 0);
  for (let step = 0; step < most && norm > enough; step++) {
    apply(direction);
    const length = norm / dot(direction, image);
    for (let k = 0; k < size; k++) {
      solution[k] += length * direction[k];
      residual[k] -= length * image[k];
    }
    let next = 0;
    for (let k = 0; k < size; k++) next += scale[k] * residual[k] ** 2;
    for (let k = 0; k < size; k++) direction[k] = scale[k] * residual[k] + (next / norm) * direction[k];
    norm = next;
  }
}
