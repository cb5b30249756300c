/** A = L·Lᵀ, and what follows from it. */
import { expect, test } from 'vitest';
import { stream } from '../../env/random.js';
import { decompose, solveLower, solveUpper } from '../../predictors/cholesky.js';

test('the lower half times its transpose is the matrix, and two solves are its inverse', () => {
  const { next } = stream(1, 'cholesky');
  const n = 9;
  const root = Array.from({ length: n }, () => Float64Array.from({ length: n }, () => next() - 0.5));
  const matrix = root.map((a, i) => root.map((b, j) => a.reduce((sum, x, k) => sum + x * b[k], i === j ? 0.1 : 0)));
  const lower = matrix.map((row) => Float64Array.from(row));
  decompose(lower);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += lower[i][k] * lower[j][k];
      expect(sum).toBeCloseTo(matrix[i][j], 12);
    }
  const x = Float64Array.from({ length: n }, () => next());
  const b = Float64Array.from(matrix, (row) => row.reduce((sum, a, k) => sum + a * x[k], 0));
  solveLower(lower, b);
  solveUpper(lower, b);
  b.forEach((value, k) => {
    expect(value).toBeCloseTo(x[k], 9);
  });
});

test('a matrix that is not positive definite gives no numbers', () => {
  const rows = [Float64Array.of(1, 0), Float64Array.of(2, 1)];
  decompose(rows);
  expect(rows[1][1]).toBeNaN();
});
