/** Intervals hold what they promise. */
import { describe, expect, it } from 'vitest';
import { exponential, normal } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import { bootstrap, crossedBootstrap, meanInterval, relativeDifference } from '../../experiments/bootstrap.js';

describe('bootstrap', () => {
  it.each([
    ['normal', 10, 0, (next: () => number) => normal(next(), next())],
    ['exponential', 10, 1, (next: () => number) => exponential(next())],
    ['normal', 4, 0, (next: () => number) => normal(next(), next())],
  ] as const)('covers the mean of %s samples of %i in about 95 %% of cases', (name, n, truth, draw) => {
    const { next } = stream(7, `coverage/${name}/${n}`);
    const trials = 600;
    let covered = 0;
    for (let k = 0; k < trials; k++) {
      const { low, high } = meanInterval(
        Float64Array.from({ length: n }, () => draw(next)),
        { resamples: 1000, seed: k },
      );
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / trials).toBeGreaterThan(name === 'normal' && n === 10 ? 0.92 : 0.87);
    expect(covered / trials).toBeLessThan(0.98);
  });

  it('is the same for the same seed and moves little with another', () => {
    const values = Array.from({ length: 12 }, (_, k) => (k * 7) % 12);
    expect(meanInterval(values)).toEqual(meanInterval(values));
    const other = meanInterval(values, { seed: 1 });
    expect(other).not.toEqual(meanInterval(values));
    expect(other.low).toBeCloseTo(meanInterval(values).low, 0);
  });

  it('keeps pairs together: a constant factor has no spread, however much seeds differ', () => {
    const reference = [1, 10, 100, 1000];
    const { value, low, high } = relativeDifference(
      reference.map((x) => 0.8 * x),
      reference,
    );
    for (const end of [value, low, high]) expect(end).toBeCloseTo(-0.2, 12);
  });

  it('compares ratios of means, not means of ratios', () => {
    expect(relativeDifference([1, 30], [2, 10]).value).toBeCloseTo(31 / 12 - 1, 12);
  });

  it('has no ends for one unit and refuses none, or pairs of unequal length', () => {
    expect(meanInterval([3])).toEqual({ value: 3, low: Number.NaN, high: Number.NaN });
    expect(() => bootstrap(0, () => 0)).toThrow('at least one unit');
    expect(() => relativeDifference([1], [1, 2])).toThrow('got 1 and 2');
  });
});

describe('crossed bootstrap', () => {
  const meanOf =
    (table: readonly Float64Array[]) =>
    (rows: Int32Array, columns: Int32Array): number => {
      let sum = 0;
      for (const row of rows) for (const column of columns) sum += table[row][column];
      return sum / (rows.length * columns.length);
    };

  it('covers the mean where rows and columns both have effects; drawing columns alone does not', () => {
    const { next } = stream(11, 'crossed coverage');
    const some = (n: number): Float64Array => Float64Array.from({ length: n }, () => normal(next(), next()));
    const trials = 300;
    let [crossed, columnsAlone] = [0, 0];
    for (let k = 0; k < trials; k++) {
      const [byRow, byColumn] = [some(10), some(30)];
      const table = Array.from(byRow, (effect) => byColumn.map((other) => effect + other + normal(next(), next())));
      const both = crossedBootstrap(10, 30, meanOf(table), { resamples: 400, seed: k });
      if (both.low <= 0 && 0 <= both.high) crossed++;
      const all = Int32Array.from({ length: 10 }, (_, row) => row);
      const one = bootstrap(30, (columns) => meanOf(table)(all, columns), { resamples: 400, seed: k });
      if (one.low <= 0 && 0 <= one.high) columnsAlone++;
    }
    expect(crossed / trials).toBeGreaterThan(0.92);
    expect(columnsAlone / trials).toBeLessThan(0.8);
  });

  it('does not draw a side of one', () => {
    const values = Float64Array.of(3, 1, 4, 1, 5, 9);
    const { value, low, high } = crossedBootstrap(1, 6, meanOf([values]));
    const alone = meanInterval(values);
    expect(value).toBeCloseTo(alone.value, 12);
    expect(Math.abs(low - alone.low)).toBeLessThan(0.2);
    expect(Math.abs(high - alone.high)).toBeLessThan(0.2);
    expect(crossedBootstrap(1, 1, meanOf([values]))).toEqual({ value: 3, low: Number.NaN, high: Number.NaN });
    expect(() => crossedBootstrap(0, 3, () => 0)).toThrow('at least one row and one column');
  });
});
