/** The networks of `net.ts` as TensorFlow.js expressions, for training: same weights by the same names, batches, gradients. */
import type { Activation } from './net.js';
import type { Tensor, Tensor2D, Tf } from './tensor.js';

/** Weights by name, as tensors. */
export type Graph = Readonly<Record<string, Tensor>>;

/** Some rows of a matrix whose rows are `width` long. */
export function gather(tf: Tf, matrix: Float32Array, width: number, rows: Int32Array): Tensor2D {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, k) => {
    out.set(matrix.subarray(row * width, (row + 1) * width), k * width);
  });
  return tf.tensor2d(out, [rows.length, width]);
}

/** x [rows × in] → [rows × out], without activation. */
const denseGraph = (tf: Tf, weights: Graph, name: string, x: Tensor2D): Tensor2D =>
  tf.add(tf.matMul(x, weights[`${name}.kernel`] as Tensor2D), weights[`${name}.bias`]);

/** Layers `layer0`, `layer1`, …: x [rows × in] → [rows × out]. */
export function mlpGraph(tf: Tf, weights: Graph, activation: Activation, x: Tensor2D): Tensor2D {
  let out = denseGraph(tf, weights, 'layer0', x);
  for (let k = 1; `layer${k}.kernel` in weights; k++) out = denseGraph(tf, weights, `layer${k}`, tf[activation](out));
  return out;
}

/** Items [n × in] of one set, and what they share [1 × shared] or nothing → scores [n × outputs], mean embedding [1 × embedding]. */
export function scorerGraph(
  tf: Tf,
  weights: Graph,
  activation: Activation,
  items: Tensor2D,
  shared: Tensor2D | null = null,
): { readonly scores: Tensor2D; readonly pooled: Tensor2D } {
  const alone = denseGraph(tf, weights, 'embed', items);
  const embedded = tf[activation](
    shared === null ? alone : tf.add(alone, tf.matMul(shared, weights['shared.kernel'] as Tensor2D)),
  ) as Tensor2D;
  const pooled = tf.mean(embedded, 0, true) as Tensor2D;
  const context = tf.matMul(pooled, weights['context.kernel'] as Tensor2D);
  const hidden = tf[activation](tf.add(denseGraph(tf, weights, 'item', embedded), context)) as Tensor2D;
  return { scores: denseGraph(tf, weights, 'score', hidden), pooled };
}

/**
 * Sequences side by side: inputs [rows × steps·width], step by step → outputs [rows × steps]. States start as zeros.
 */
export function gruGraph(tf: Tf, weights: Graph, steps: number, x: Tensor2D): Tensor2D {
  const hidden = weights['candidate.kernel'].shape[0];
  const width = x.shape[1] / steps;
  let state = tf.zeros([x.shape[0], hidden]) as Tensor2D;
  const outputs: Tensor2D[] = [];
  for (let t = 0; t < steps; t++) {
    const given = denseGraph(tf, weights, 'input', tf.slice(x, [0, t * width], [-1, width]));
    const recurrent = tf.matMul(state, weights['gates.kernel'] as Tensor2D);
    const gates = tf.sigmoid(tf.add(tf.slice(given, [0, 0], [-1, 2 * hidden]), recurrent)) as Tensor2D;
    const keep = tf.slice(gates, [0, 0], [-1, hidden]);
    const reset = tf.slice(gates, [0, hidden], [-1, hidden]);
    const past = tf.matMul(tf.mul(reset, state) as Tensor2D, weights['candidate.kernel'] as Tensor2D);
    const candidate = tf.tanh(tf.add(tf.slice(given, [0, 2 * hidden], [-1, hidden]), past));
    // keep·state + (1 − keep)·candidate
    state = tf.add(candidate, tf.mul(keep, tf.sub(state, candidate)));
    outputs.push(denseGraph(tf, weights, 'head', state));
  }
  return tf.concat(outputs, 1);
}
