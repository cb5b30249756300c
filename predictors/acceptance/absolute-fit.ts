/** Regression by least absolute errors, which outliers do not bend, where the error is a smooth function of a linear predictor. */
import { decompose, solveLower, solveUpper } from '../cholesky.js';

/** Ridge on standardised columns, in rows' worth: keeps apart columns that say the same. */
const RIDGE = 20;
const ROUNDS = 40;
/** Errors below count as this much: they have no direction. */
const SMALLEST = 0.03;

/** Of one row at a value of the linear predictor. */
interface Misfit {
  readonly error: number;
  /** How the error grows with the linear predictor, not 0. */
  readonly slope: number;
}

/**
 * Coefficients b with the least Σ |error(x·b)| that were met on a way of Gauss–Newton steps with reweighted squares (Schlossmacher
 * 1973). Steps are small where rows have much to say against each other; each is halved until it helps.
 * @param rows cues, a row each; the first one is 1
 * @param start coefficients to begin with, and those that the ridge pulls to
 */
export function leastAbsolute(
  rows: readonly Float64Array[],
  start: readonly number[],
  misfit: (row: number, value: number) => Misfit,
): number[] {
  const { mean, scale } = standards(rows);
  const standard = rows.map((row) => row.map((value, j) => (value - mean[j]) / scale[j]));
  const origin = Float64Array.from(start, (value, j) => value * scale[j]);
  for (let j = 1; j < start.length; j++) origin[0] += start[j] * mean[j];
  const cost = (b: Float64Array): number =>
    standard.reduce((sum, row, k) => sum + Math.abs(misfit(k, dot(row, b)).error), 0);
  let solution: Float64Array = origin;
  let least = cost(solution);
  for (let round = 0; round < ROUNDS; round++) {
    const step = newtonStep(standard, solution, origin, misfit);
    let share = 1;
    let next = plus(solution, step, share);
    while (share > 0.01 && cost(next) >= least) {
      share /= 2;
      next = plus(solution, step, share);
    }
    const reached = cost(next);
    if (reached >= least) break;
    [solution, least] = [next, reached];
  }
  const result = Array.from(solution, (value, j) => value / scale[j]);
  for (let j = 1; j < result.length; j++) result[0] -= result[j] * mean[j];
  return result;
}

const plus = (a: Float64Array, b: Float64Array, share: number): Float64Array =>
  a.map((value, j) => value + share * b[j]);

/** Mean and standard deviation of each column but the first. */
function standards(rows: readonly Float64Array[]): { mean: Float64Array; scale: Float64Array } {
  const width = rows[0].length;
  const mean = new Float64Array(width);
  const scale = new Float64Array(width).fill(1);
  for (let j = 1; j < width; j++) {
    mean[j] = rows.reduce((sum, row) => sum + row[j], 0) / rows.length;
    scale[j] = Math.sqrt(rows.reduce((sum, row) => sum + (row[j] - mean[j]) ** 2, 0) / rows.length) || 1;
  }
  return { mean, scale };
}

/** The step to the least squares of the errors as they are linear here, weighted by one over their size. */
function newtonStep(
  rows: readonly Float64Array[],
  here: Float64Array,
  origin: Float64Array,
  misfit: (row: number, value: number) => Misfit,
): Float64Array {
  const n = here.length;
  const a = Array.from({ length: n }, () => new Float64Array(n));
  const b = new Float64Array(n);
  let total = 0;
  rows.forEach((row, i) => {
    const { error, slope } = misfit(i, dot(row, here));
    const weight = 1 / Math.max(SMALLEST, Math.abs(error));
    total += weight * slope * slope;
    for (let j = 0; j < n; j++) {
      b[j] -= weight * slope * error * row[j];
      for (let k = 0; k <= j; k++) a[j][k] += weight * slope * slope * row[j] * row[k];
    }
  });
  const ridge = (RIDGE * total) / rows.length;
  for (let j = 0; j < n; j++) {
    a[j][j] += j === 0 ? 1e-9 : ridge;
    if (j > 0) b[j] -= ridge * (here[j] - origin[j]);
  }
  return solve(a, b);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, j) => sum + value * b[j], 0);

/** The solution of a symmetric positive definite system, in place; `a` holds its lower half. */
function solve(a: Float64Array[], b: Float64Array): Float64Array {
  decompose(a);
  solveLower(a, b);
  solveUpper(a, b);
  return b;
}
