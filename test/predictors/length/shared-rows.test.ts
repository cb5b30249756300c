/** Sums over groups are those over the rows written out. */
import { describe, expect, it } from 'vitest';
import { stream } from '../../../env/random.js';
import { sparseRegressors } from '../../../predictors/length/ridge.js';
import { sharedRegressors } from '../../../predictors/length/shared-rows.js';

describe.each([1, 7, 8, 19])('%i groups', (count) => {
  const { next } = stream(count, 'shared-rows');
  const [rows, ownColumns, columns] = [60, 3, 5];
  const own = Float32Array.from({ length: rows * ownColumns }, () => next() - 0.5);
  const groups = Array.from({ length: count }, () => Float32Array.from({ length: columns }, () => next() - 0.5));
  const group = Int32Array.from({ length: rows }, () => Math.floor(next() * (count + 1)) - 1);
  const shared = sharedRegressors({ own, ownColumns, group, groups, columns });

  const width = ownColumns + columns;
  const written = Float32Array.from({ length: rows * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    if (column < ownColumns) return own[row * ownColumns + column];
    return group[row] < 0 ? 0 : groups[group[row]][column - ownColumns];
  });
  const sparse = sparseRegressors(
    {
      rows,
      start: Int32Array.from({ length: rows + 1 }, (_, row) => row * width),
      columns: Uint16Array.from(written, (_, at) => at % width),
      values: written,
    },
    width,
  );
  const y = Float64Array.from({ length: rows }, () => next());
  const coefficients = Float64Array.from({ length: width + 1 }, () => next() - 0.5);
  const close = (a: Float64Array, b: Float64Array): void => {
    expect(a.length).toBe(b.length);
    a.forEach((value, k) => {
      expect(value).toBeCloseTo(b[k], 5);
    });
  };

  it('has the normal equations, the moments and the fitted values of the rows', () => {
    expect(shared.columns).toBe(sparse.columns);
    expect(shared.normal().size).toBe(width + 1);
    close(shared.normal().gram, sparse.normal().gram);
    close(shared.moments(y), sparse.moments(y));
    close(shared.fitted(coefficients), sparse.fitted(coefficients));
  });
});
