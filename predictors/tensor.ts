/**
 * TensorFlow.js: the one place that imports it, and the choice of what computes.
 *
 * Loading it takes a third of a second, so it happens on the first `initBackend`, never on import. Backends:
 * - `tensorflow`: the C library through tfjs-node, if that is installed and its gradients are right;
 * - `wasm`: the default. On one machine the same seed gives the same bits, in every process and Node version tried;
 * - `cpu`: plain JavaScript, slow, always there.
 *
 * Results of two backends agree to about 1e-6 per step and part over long training: name the backend with a result.
 */
import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';
import { speedUpWasm } from './wasm-kernels.js';

export type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

/** All of TensorFlow.js. */
export type Tf = typeof TensorFlow;

const BACKENDS = ['tensorflow', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What computes, and its name, which belongs beside every result. */
export interface Backend {
  readonly name: BackendName;
  readonly tf: Tf;
}

/** Not a literal where it is imported: the package is optional, and its types may be absent. */
const NATIVE: string = '@tensorflow/tfjs-node';

/**
 * Loads TensorFlow.js and makes a backend the current one (there is one per process).
 * @param want `auto`: the native one if it works, else wasm. Default: the environment's SERVEGYM_BACKEND, else `wasm`
 * @throws Error if `tensorflow` is asked for and is absent or computes wrong gradients
 */
export async function initBackend(want: string = process.env.SERVEGYM_BACKEND || 'wasm'): Promise<Backend> {
  if (want !== 'auto' && !BACKENDS.includes(want as BackendName))
    throw new Error(`no tensor backend "${want}": expected auto, ${BACKENDS.join(', ')}`);
  const { default: tf } = (await import('@tensorflow/tfjs')) as unknown as { default: Tf };
  tf.enableProdMode();
  if (want === 'auto' || want === 'tensorflow') {
    try {
      restoreLegacyUtil();
      await import(NATIVE);
      await tf.setBackend('tensorflow');
      probe(tf);
      return { name: 'tensorflow', tf };
    } catch (error) {
      const [reason] = (error as Error).message.split('\n');
      if (want === 'tensorflow') throw new Error(`native TensorFlow cannot be used: ${reason}`);
    }
  }
  const name = want === 'cpu' ? 'cpu' : 'wasm';
  if (name === 'wasm') {
    await import('@tensorflow/tfjs-backend-wasm');
    speedUpWasm(tf);
  }
  await tf.setBackend(name);
  await tf.ready();
  probe(tf);
  return { name, tf };
}

/** tfjs-node asks `util` for a function that Node 23 removed (and Node 22 warns of). */
function restoreLegacyUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
}

/**
 * Computes a product, an order and a gradient whose values are known. A backend that is installed only in part still
 * multiplies, and fails on gradients.
 * @throws Error naming what came out wrong
 */
export function probe(tf: Tf): void {
  tf.tidy(() => {
    const x = tf.tensor2d([0.5, -1, 2, 0.25], [2, 2]);
    const w = tf.tensor2d([1, 2, 3, -4], [2, 2]);
    const expectValues = (what: string, got: TensorFlow.Tensor, expected: readonly number[]): void => {
      const values = Array.from(got.dataSync());
      if (values.length !== expected.length || !values.every((value, k) => Math.abs(value - expected[k]) < 1e-5))
        throw new Error(`the backend ${tf.getBackend()} computes a wrong ${what}: ${values}, expected ${expected}`);
    };
    expectValues('product', tf.matMul(x, w), [-2.5, 5, 2.75, 3]);
    expectValues('order', tf.topk(tf.tensor1d([3, 7, 5]), 2).values, [7, 5]);
    // Of Σ tanh(x·v), where x·v = (0, 2.125): xᵀ·(1 − tanh²).
    const v = tf.tensor2d([1, 0.5], [2, 1]);
    const slope = tf.grad((at: TensorFlow.Tensor) => tf.sum(tf.tanh(tf.matMul(x, at as TensorFlow.Tensor2D))))(v);
    const second = 1 - Math.tanh(2.125) ** 2;
    expectValues('gradient', slope, [0.5 + 2 * second, -1 + 0.25 * second]);
  });
}
