/**
 * Quantile regression by a small network: all levels at once, in log tokens, and they cannot cross.
 *
 *     q_mid = o_mid,   q_k = q_{k−1} + softplus(o_k) above the middle,   q_k = q_{k+1} − softplus(o_k) below it
 *     loss = mean over levels τ of max(τ·e, (τ − 1)·e),   e = log length − q_τ      (pinball: Koenker and Bassett 1978)
 *
 * An answer that was cut says only that the length is at least so much: nothing is lost by a quantile above it.
 */
import type { Scalar, Tensor2D } from '../tensor.js';
import type { Weights } from '../weights.js';
import { survivalQuantiles } from './kaplan-meier.js';
import { LEVELS, type LengthLearner, type LengthModel, type LengthRows } from './model.js';
import { type HeadLoss, loadNet, trainNet } from './neural.js';
import { checkRows, cut, logLengths } from './training-rows.js';

const N = LEVELS.length;
const MIDDLE = N >> 1;

/** Which outputs add up to which quantile. [outputs × levels] */
const SUMS = Float32Array.from({ length: N * N }, (_, at) => {
  const [output, level] = [Math.floor(at / N), at % N];
  if (output === MIDDLE) return 1;
  if (output > MIDDLE) return level >= output ? 1 : 0;
  return level <= output ? -1 : 0;
});
const IS_MIDDLE = Float32Array.from(LEVELS, (_, k) => (k === MIDDLE ? 1 : 0));

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** Its inverse, for steps > 0. */
const unsoftplus = (step: number): number => step + Math.log(-Math.expm1(-step));
/** Between quantiles at the start. */
const LEAST_STEP = 0.01;

function pinball(rows: LengthRows): HeadLoss {
  const logs = Float32Array.from(logLengths(rows));
  const known = Float32Array.from(cut(rows), (isCut) => 1 - isCut);
  return (tf, outputs, chosen) => {
    const column = (values: Float32Array): Tensor2D =>
      tf.tensor2d(
        Float32Array.from(chosen, (row) => values[row]),
        [chosen.length, 1],
      );
    const middle = tf.tensor1d(IS_MIDDLE);
    const parts = tf.add(tf.mul(outputs, middle), tf.mul(tf.softplus(outputs), tf.sub(1, middle))) as Tensor2D;
    const quantiles = tf.matMul(parts, tf.tensor2d(SUMS, [N, N]));
    const short = tf.sub(column(logs), quantiles);
    const levels = tf.tensor1d([...LEVELS]);
    const above = tf.mul(tf.mul(tf.sub(levels, 1), short), column(known));
    return tf.mean(tf.maximum(tf.mul(levels, short), above)) as Scalar;
  };
}

/** Outputs that say the quantiles of all training rows, whatever the features. */
function marginal(rows: LengthRows): number[] {
  const quantiles = new Float64Array(N);
  survivalQuantiles(logLengths(rows), cut(rows), LEVELS, quantiles);
  return LEVELS.map((_, k) => {
    if (k === MIDDLE) return quantiles[k];
    const step = k > MIDDLE ? quantiles[k] - quantiles[k - 1] : quantiles[k + 1] - quantiles[k];
    return unsoftplus(Math.max(LEAST_STEP, step));
  });
}

function load(weights: Weights): LengthModel {
  const net = loadNet(weights, N);
  return {
    predict(features, _, out) {
      const outputs = net.forward(features);
      let log = outputs[MIDDLE];
      out[MIDDLE] = Math.max(1, Math.exp(log));
      for (let k = MIDDLE + 1; k < N; k++) {
        log += softplus(outputs[k]);
        out[k] = Math.max(1, Math.exp(log));
      }
      log = outputs[MIDDLE];
      for (let k = MIDDLE - 1; k >= 0; k--) {
        log -= softplus(outputs[k]);
        out[k] = Math.max(1, Math.exp(log));
      }
    },
    save: () => weights,
  };
}

export const quantileNet: LengthLearner = {
  kind: 'quantile-net',
  summary: 'network with one hidden layer, pinball loss at all levels in log tokens',
  async train(rows, options) {
    checkRows(rows, 'training');
    return load(await trainNet(rows, options, marginal(rows), pinball));
  },
  load,
};
