/** Columns that say the same are found, and what a network makes of them does not change. */
import { describe, expect, it } from 'vitest';
import { type Kernels, plainKernels } from '../../../agents/learners/kernels.js';
import { product } from '../../../agents/learners/network.js';
import { createSight } from '../../../agents/learners/sight.js';
import { simdKernels } from '../../../agents/learners/simd.js';
import { sparseProduct } from '../../../agents/learners/sparse-product.js';
import { survey } from '../../../agents/learners/survey.js';
import { stream } from '../../../env/random.js';
import { near } from './recorded.js';

const { next } = stream(1, 'survey');

describe('a survey', () => {
  /** Rows whose column k is what `columns[k]` makes of the row's number and a number of its own. */
  const rowsOf = (count: number, ...columns: ((row: number, x: number) => number)[]): Float32Array[] =>
    Array.from({ length: count }, (_, row) => {
      const x = row % 3 === 1 ? 0 : next() * 1e6;
      return Float32Array.from(columns, (column) => column(row, x));
    });

  it('finds multiples, also of what is 0 here and there, and leaves out what is 0 everywhere', () => {
    const rows = rowsOf(
      500,
      () => 3,
      (_, x) => x / 60e6,
      () => 0,
      (_, x) => x * 1e-7,
      () => next(),
      () => -1,
      (_, x) => -2 * x,
    );
    const { columns, first, factor } = survey(rows, 7);
    expect(columns).toEqual([0, 5, 1, 3, 6, 4]);
    expect(first).toEqual([0, 2, 5, 6]);
    near(factor, [1, -1 / 3, 1, 6, -120e6, 1], 1e-6);
  });

  it.each([
    ['one row differs, and it is not in the sample', (row: number, x: number) => (row === 77 ? 2.001 * x : 2 * x)],
    ['one is 0 where the other is not', (row: number, x: number) => (row === 77 ? 1 : 2 * x)],
    ['a constant is added', (_: number, x: number) => 2 * x + 1],
    ['it is not a number once', (row: number, x: number) => (row === 303 ? Number.NaN : 2 * x)],
    ['it is so many times more that float32 cannot say', (_: number, x: number) => 1e30 * x],
    ['it is a little more than rounding', (row: number, x: number) => 2 * x * (row % 2 === 0 ? 1 : 1.000001)],
  ])('keeps two columns apart: %s', (_, other) => {
    expect(
      survey(
        rowsOf(500, (_row, x) => x, other),
        2,
      ).first,
    ).toEqual([0, 1, 2]);
  });

  it.each([0, 1, 5])('of %i rows', (count) => {
    const found = survey(
      rowsOf(
        count,
        () => 1,
        () => 0,
        () => 2,
      ),
      3,
    );
    expect(found.columns).toEqual(count === 0 ? [] : [0, 2]);
    expect(found.first).toEqual(count === 0 ? [0] : [0, 2]);
  });
});

const kinds: readonly (readonly [string, () => Kernels])[] = [
  ['plain', () => plainKernels()],
  ['simd', simdKernels],
];

describe.each(kinds)('%s kernels', (_, kernels) => {
  const [inputs, outputs, batch] = [83, 7, 20];

  it.each([
    ['many say the same', 30],
    ['few do', 80],
    ['nobody does: all inputs are taken', 83],
  ])('the values and gradients of all inputs, from what was surveyed: %s', (_name, own) => {
    const kernel = kernels();
    const rows = Array.from({ length: 64 }, () => {
      const row = Float32Array.from({ length: inputs }, () => next() - 0.5);
      for (let k = own; k < inputs; k++) row[k] = k % 4 === 3 ? 0 : row[k % 5] * (k - 40.5);
      return row;
    });
    const sight = createSight(kernel, inputs, batch);
    const [sparse, dense] = [
      sparseProduct(kernel, 'layer', sight, inputs, outputs),
      product(kernel, 'layer', inputs, outputs),
    ];
    sparse.weights.values.forEach((_value, k) => {
      sparse.weights.values[k] = dense.weights.values[k] = next() - 0.5;
    });
    const x = kernel.numbers(batch * inputs);
    const slope = kernel.numbers(batch * outputs);
    slope.forEach((_value, k) => {
      slope[k] = next() - 0.5;
    });
    sight.survey(rows);
    expect(sight.all).toBe(own > 0.75 * inputs);
    for (const from of [0, 40]) {
      const [y, z] = [kernel.numbers(batch * outputs), kernel.numbers(batch * outputs)];
      for (let k = 0; k < batch; k++) {
        sight.take(k, from + k);
        x.set(rows[from + k], k * inputs);
      }
      sparse.forward(sight.input, y, batch);
      dense.forward(x, z, batch);
      sparse.backward(sight.input, slope, batch, null);
      dense.backward(x, slope, batch, null);
      const close = (some: ArrayLike<number>, others: ArrayLike<number>): void =>
        near([...Array.from(some)], [...Array.from(others)], 2e-4);
      close(y, z);
      close(sparse.weights.gradient, dense.weights.gradient);
    }
    // what is seen afterwards is seen by itself
    for (let k = 0; k < batch; k++)
      sight.input.set(
        rows[k].map((value, column) => (column % 2 ? value : 0)),
        k * inputs,
      );
    sight.see(batch);
    expect(sight.groups).toBe(null);
    expect(sight.used).toBeLessThan(inputs / 2);
  });
});
