/**
 * Means with honest errors from one long run of a queue: busy cycles are independent of each other, so the mean is a ratio of
 * sums over cycles (Crane and Iglehart 1975). Controls, quantities of known mean that do not depend on the policy, take away what
 * the run's luck explains (Lavenberg and Welch 1981).
 */

export interface Estimate {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
}

/** A value per request, and the mean that it is known to have. */
export interface Control {
  readonly values: Float64Array;
  readonly mean: number;
}

/**
 * Mean of `values`, one per request in order of arrival.
 * @param firsts the first request of every cycle, ascending; the last cycle is not complete and left out
 */
export function estimate(values: Float64Array, firsts: Int32Array, controls: readonly Control[] = []): Estimate {
  const cycles = firsts.length - 1;
  const requests = firsts[cycles] - firsts[0];
  const perCycle = (column: Float64Array, mean: number): Float64Array => {
    const sums = new Float64Array(cycles);
    for (let c = 0; c < cycles; c++) for (let r = firsts[c]; r < firsts[c + 1]; r++) sums[c] += column[r] - mean;
    return sums;
  };
  const total = perCycle(values, 0).reduce((a, b) => a + b, 0);
  const raw = total / requests;
  const deviations = perCycle(values, raw);
  const known = controls.map((control) => perCycle(control.values, control.mean));
  const weights = leastSquares(known, deviations);
  let squares = 0;
  for (let c = 0; c < cycles; c++) {
    let left = deviations[c];
    for (let k = 0; k < known.length; k++) left -= weights[k] * known[k][c];
    squares += left * left;
  }
  const explained = known.reduce((sum, column, k) => sum + weights[k] * column.reduce((a, b) => a + b, 0), 0);
  return { mean: raw - explained / requests, error: Math.sqrt(squares) / requests };
}

/** Weights w that make Σ w_k·columns[k] closest to `target`: normal equations, solved by elimination. */
function leastSquares(columns: readonly Float64Array[], target: Float64Array): number[] {
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
  const rows = columns.map((a) => [...columns.map((b) => dot(a, b)), dot(a, target)]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    if (rows[k][k] < 1e-12) rows[k][k] = 1; // a constant control explains nothing
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const weights = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    let sum = rows[k][n];
    for (let j = k + 1; j < n; j++) sum -= rows[k][j] * weights[j];
    weights[k] = sum / rows[k][k];
  }
  return weights;
}
