/** What a network leaves out of its sums does not change them. */
import { describe, expect, it } from 'vitest';
import { type Kernels, plainKernels } from '../../../agents/learners/kernels.js';
import type { Reals } from '../../../agents/learners/math/reals.js';
import { product } from '../../../agents/learners/network.js';
import { createSight } from '../../../agents/learners/sight.js';
import { simdKernels } from '../../../agents/learners/simd.js';
import { sparseProduct } from '../../../agents/learners/sparse-product.js';
import { type Stream, stream } from '../../../env/random.js';

const kinds: readonly (readonly [string, () => Kernels])[] = [
  ['plain', () => plainKernels()],
  ['simd', simdKernels],
];

function fill(x: Reals, random: Stream): void {
  for (let k = 0; k < x.length; k++) x[k] = random.next() - 0.5;
}

describe.each(kinds)('%s kernels', (_, kernels) => {
  const [inputs, outputs, rows] = [83, 7, 70];

  it.each([
    ['few inputs count', rows, (k: number) => k % 5 === 2 || k === 82],
    ['nearly all do', rows, (k: number) => k % 9 > 0],
    ['none does', rows, () => false],
    ['few rows', 3, (k: number) => k % 5 === 0],
  ])('the same bits as with all inputs: %s', (name, count, counts) => {
    const own = kernels();
    const random = stream(1, 'sparse');
    const sight = createSight(own, inputs, rows);
    const [sparse, dense] = [
      sparseProduct(own, 'layer', sight, inputs, outputs),
      product(own, 'layer', inputs, outputs),
    ];
    fill(sparse.weights.values, random);
    dense.weights.values.set(sparse.weights.values);
    const [x, slope] = [sight.input, own.numbers(rows * outputs)];
    const [y, z] = [own.numbers(rows * outputs), own.numbers(rows * outputs)];
    for (const _again of [1, 2]) {
      fill(slope, random);
      // a column may be 0 here and there, and in the first rows
      for (let k = 0; k < x.length; k++) x[k] = counts(k % inputs) && k % 4 > 0 && k > inputs ? random.next() - 0.5 : 0;
      y.fill(0.25);
      z.fill(0.25);
      sight.see(count);
      sparse.forward(x, y, count);
      dense.forward(x, z, count);
      sparse.backward(x, slope, count, null);
      dense.backward(x, slope, count, null);
      expect(y).toEqual(z);
      expect(sparse.weights.gradient).toEqual(dense.weights.gradient);
    }
    expect(sparse.weights.gradient.some((value) => value !== 0)).toBe(name !== 'none does');
  });

  it.each([1, 3, 4, 1027])('sums the squares of %i numbers', (length) => {
    const own = kernels();
    const x = own.numbers(length);
    own.numbers(4).fill(9); // what stands behind it does not count
    fill(x, stream(2, 'squares'));
    expect(own.squares(x)).toBeCloseTo(
      Array.from(x).reduce((sum, value) => sum + value * value, 0),
      10,
    );
  });
});
