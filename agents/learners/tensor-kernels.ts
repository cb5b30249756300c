/**
 * Kernels that leave products and activations to TensorFlow.js: every network here can be trained with it. Small products cost more to
 * hand over than to compute (`npm run bench`): it pays for wide layers on a native backend, and as a second opinion on the SIMD kernels.
 */
import type { Backend, Tensor2D } from '../../predictors/tensor.js';
import { type Kernels, plainKernels } from './kernels.js';
import type { Reals } from './math/reals.js';

export function tensorKernels({ tf }: Pick<Backend, 'tf'>): Kernels {
  const plain = plainKernels(Float32Array);
  const matrix = (x: Reals, rows: number, columns: number): Tensor2D =>
    tf.tensor2d(x.subarray(0, rows * columns) as Float32Array, [rows, columns]);
  return {
    ...plain,
    addProduct(a, row, column, b, c, m, k, n) {
      if (m * k * n === 0) return; // of no numbers a backend may make anything
      const straight = column === 1 && (row === k || m === 1);
      const turned = row === 1 && (column === m || k === 1);
      if (!straight && !turned) return plain.addProduct(a, row, column, b, c, m, k, n);
      const product = tf.tidy(() =>
        tf.matMul(straight ? matrix(a, m, k) : matrix(a, k, m), matrix(b, k, n), !straight).dataSync(),
      );
      for (let at = 0; at < product.length; at++) c[at] += product[at];
    },
    activate(name, x, count) {
      x.set(tf.tidy(() => tf[name](tf.tensor1d(x.subarray(0, count) as Float32Array)).dataSync()));
    },
  };
}
