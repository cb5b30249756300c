/**
 * Adam (Kingma and Ba 2015) with clipping by the global norm and decoupled weight decay (Loshchilov and Hutter 2019).
 *
 *     m ← β1·m + (1 − β1)·g,  v ← β2·v + (1 − β2)·g²
 *     p ← p − rate·( m/(1 − β1^k) / (√(v/(1 − β2^k)) + ε) + decay·p )
 *
 * ε stands outside the corrected root, as in PyTorch and TensorFlow.js. Written out on arrays, because an optimizer of
 * TensorFlow.js that was saved and loaded does not go on bit for bit: it raises β to a power where it had multiplied.
 */
import type { Tensor } from './weights.js';

export interface AdamOptions {
  readonly rate: number;
  /** [.9] */
  readonly beta1?: number;
  /** [.999] */
  readonly beta2?: number;
  /** [1e-5] */
  readonly epsilon?: number;
  /** Longest gradient, over all weights together; longer ones are shortened to it [Infinity]. */
  readonly clip?: number;
  /** Share of a weight lost per unit of rate, for kernels (two dimensions) only [0]. */
  readonly decay?: number;
}

/** What the optimizer remembers: to save it is to save these. */
export interface AdamState {
  /** β1 and β2 to the power of the steps taken. Multiplied up: `Math.pow` is not the same in every Node. */
  readonly powers: Float64Array;
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
}

export const adamState = (weights: readonly Tensor[]): AdamState => ({
  powers: Float64Array.of(1, 1),
  first: weights.map(({ values }) => new Float32Array(values.length)),
  second: weights.map(({ values }) => new Float32Array(values.length)),
});

/** Keeps the norm off 0 when shortening. */
const SHORTEST = 1e-6;

/** One step: changes weights and state. Returns the norm of the gradient as it came. */
export function adamStep(
  { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-5, clip = Number.POSITIVE_INFINITY, decay = 0 }: AdamOptions,
  state: AdamState,
  weights: readonly Tensor[],
  gradients: readonly ArrayLike<number>[],
): number {
  let squares = 0;
  for (const gradient of gradients) for (let k = 0; k < gradient.length; k++) squares += gradient[k] * gradient[k];
  const norm = Math.sqrt(squares);
  const scale = Math.min(1, clip / (norm + SHORTEST));
  state.powers[0] *= beta1;
  state.powers[1] *= beta2;
  const firstShare = 1 - state.powers[0];
  const secondShare = 1 - state.powers[1];
  weights.forEach(({ shape, values }, at) => {
    const [m, v, gradient] = [state.first[at], state.second[at], gradients[at]];
    const shrink = shape.length === 2 ? rate * decay : 0;
    for (let k = 0; k < values.length; k++) {
      const g = scale * gradient[k];
      m[k] = beta1 * m[k] + (1 - beta1) * g;
      v[k] = beta2 * v[k] + (1 - beta2) * g * g;
      values[k] -= (rate * (m[k] / firstShare)) / (Math.sqrt(v[k] / secondShare) + epsilon) + shrink * values[k];
    }
  });
  return norm;
}
