/** Regression for measured times: small relative errors, no negative coefficients, outliers without weight. */

/** Rows of features and measured values > 0. */
export interface Samples {
  readonly features: readonly Float64Array[];
  readonly values: Float64Array;
}

/** What coefficients are believed to be before a few rows are looked at. */
export interface Prior {
  readonly coefficients: Float64Array;
  /** By coefficient, in rows: so many rows would have to disagree. 0 = nothing is believed. */
  readonly rows: readonly number[];
}

const ROUNDS = 40;
const SWEEPS = 60;

/** Relative errors below this count by their square, those above by their size (Huber 1964). */
const SMALL = 0.01;

/**
 * Coefficients ≥ 0 that minimise Σ ρ(features · coefficients ÷ value − 1) with Huber's ρ, by iteratively reweighted least
 * squares. Nearly the least mean absolute relative error: a few rows that took ten times as long move nothing.
 * @param rows the samples to fit
 */
export function robustFit({ features, values }: Samples, rows: ArrayLike<number>, prior?: Prior): Float64Array {
  const n = features.length;
  const weights = new Float64Array(rows.length).fill(1);
  const coefficients = prior ? prior.coefficients.slice() : new Float64Array(n);
  const sizes = features.map((feature) => meanShare(feature, values, rows));
  for (let round = 0; round < ROUNDS; round++) {
    const normal = normalEquations({ features, values }, rows, weights);
    if (prior) believe(normal, prior, sizes);
    descend(normal, coefficients);
    for (let k = 0; k < rows.length; k++) {
      const r = rows[k];
      let predicted = 0;
      for (let j = 0; j < n; j++) predicted += coefficients[j] * features[j][r];
      weights[k] = 1 / Math.max(Math.abs(predicted / values[r] - 1), SMALL);
    }
  }
  return coefficients;
}

/** What one unit of a coefficient is of a measured value: the scale on which it is believed. */
function meanShare(feature: Float64Array, values: Float64Array, rows: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < rows.length; k++) sum += feature[rows[k]] / values[rows[k]];
  return sum / rows.length;
}

interface NormalEquations {
  readonly matrix: readonly Float64Array[];
  readonly right: Float64Array;
}

/** Of rows divided by their values, so that residuals are relative errors. */
function normalEquations(
  { features, values }: Samples,
  rows: ArrayLike<number>,
  weights: Float64Array,
): NormalEquations {
  const n = features.length;
  const matrix = features.map(() => new Float64Array(n));
  const right = new Float64Array(n);
  for (let k = 0; k < rows.length; k++) {
    const r = rows[k];
    for (let i = 0; i < n; i++) {
      const share = (weights[k] * features[i][r]) / values[r];
      right[i] += share;
      for (let j = 0; j <= i; j++) matrix[i][j] += (share * features[j][r]) / values[r];
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[j][i] = matrix[i][j];
  return { matrix, right };
}

/** A believed row weighs as one that is off by a few per cent. */
const BELIEVED_WEIGHT = 1 / (5 * SMALL);

function believe({ matrix, right }: NormalEquations, { coefficients, rows }: Prior, sizes: readonly number[]): void {
  for (let j = 0; j < right.length; j++) {
    const weight = rows[j] * BELIEVED_WEIGHT * sizes[j] ** 2;
    matrix[j][j] += weight;
    right[j] += weight * coefficients[j];
  }
}

/** Solves for coefficients ≥ 0, one at a time around and around (projected Gauss–Seidel). */
function descend({ matrix, right }: NormalEquations, coefficients: Float64Array): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 0; i < right.length; i++) {
      if (matrix[i][i] === 0) continue;
      let rest = right[i];
      for (let j = 0; j < right.length; j++) if (j !== i) rest -= matrix[i][j] * coefficients[j];
      coefficients[i] = Math.max(0, rest / matrix[i][i]);
    }
  }
}
