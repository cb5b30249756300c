/**
 * A classifier of lengths into bins, as TRAIL and others predict: a small network, softmax over bins, cross-entropy.
 *
 *     loss = −log Σ over bins that the answer may lie in of p        one bin; of an answer that was cut, all from there on
 *
 * `equal`: TRAIL's ten bins of 51.2 tokens over 0 … 512, of which the last takes all that is longer. `log`: 24 bins, each longer
 * by the same factor, over the lengths of the training rows. Inside a bin lengths are taken to be uniform, in tokens or in their
 * logarithm. Sources: Shahout et al., ICLR 2025, arXiv 2410.01035 (bins); μ-Serve and S3 classify likewise.
 */
import type { Scalar, Tensor2D } from '../tensor.js';
import type { Weights } from '../weights.js';
import { LEVELS, type LengthLearner, type LengthModel, type LengthRows } from './model.js';
import { type HeadLoss, loadNet, trainNet } from './neural.js';
import { checkRows } from './training-rows.js';

type Spacing = 'equal' | 'log';

const TRAIL_BINS = 10;
const TRAIL_LONGEST = 512;
const LOG_BINS = 24;
/** Logarithm of the chance of a bin that the answer is not in. */
const NEVER = -1e9;

/** Bin k holds lengths from edge k up to and without edge k + 1. */
function edgesOf({ examples }: LengthRows, spacing: Spacing): number[] {
  const lengths = examples.map(({ outputTokens }) => outputTokens).sort((a, b) => a - b);
  const longest = lengths[lengths.length - 1] + 1;
  if (spacing === 'equal') {
    // What lies beyond the last bin ends near 512 for most, far above for few: all but the topmost hundredth count.
    const top = lengths[Math.floor(0.99 * (lengths.length - 1))];
    const edges = Array.from({ length: TRAIL_BINS }, (_, k) => Math.max(1, (k * TRAIL_LONGEST) / TRAIL_BINS));
    return [...edges, Math.max(TRAIL_LONGEST, top + 1)];
  }
  const shortest = lengths[0];
  const factor = (longest / shortest) ** (1 / LOG_BINS);
  return [...Array.from({ length: LOG_BINS }, (_, k) => shortest * factor ** k), longest];
}

function binOf(length: number, edges: readonly number[]): number {
  let bin = 0;
  while (bin < edges.length - 2 && length >= edges[bin + 1]) bin++;
  return bin;
}

/** Logarithm of the share of each bin that an answer may lie in. [rows × bins] */
function possible({ examples }: LengthRows, edges: readonly number[]): Float32Array {
  const bins = edges.length - 1;
  const shares = new Float32Array(examples.length * bins).fill(NEVER);
  examples.forEach(({ outputTokens, censored }, row) => {
    const bin = binOf(outputTokens, edges);
    shares.fill(0, row * bins + bin, row * bins + (censored ? bins : bin + 1));
    if (!censored) return;
    const left = (edges[bin + 1] - outputTokens) / (edges[bin + 1] - edges[bin]);
    shares[row * bins + bin] = Math.log(Math.max(1e-3, Math.min(1, left)));
  });
  return shares;
}

function crossEntropy(rows: LengthRows, edges: readonly number[]): HeadLoss {
  const bins = edges.length - 1;
  const shares = possible(rows, edges);
  return (tf, logits, chosen) => {
    const may = new Float32Array(chosen.length * bins);
    chosen.forEach((row, k) => {
      may.set(shares.subarray(row * bins, (row + 1) * bins), k * bins);
    });
    const there = tf.add(logits, tf.tensor2d(may, [chosen.length, bins])) as Tensor2D;
    return tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.logSumExp(there, 1))) as Scalar;
  };
}

/** Logits that say the shares of all training rows, whatever the features. */
function marginal({ examples }: LengthRows, edges: readonly number[]): number[] {
  const counts = Array.from({ length: edges.length - 1 }, () => 0.5);
  for (const { outputTokens } of examples) counts[binOf(outputTokens, edges)]++;
  return counts.map((count) => Math.log(count / examples.length));
}

function load(weights: Weights): LengthModel {
  const { edges, spacing } = weights.settings;
  const ascending =
    Array.isArray(edges) && edges.every((edge, k) => typeof edge === 'number' && edge > (k > 0 ? edges[k - 1] : 0));
  if (!ascending || edges.length < 3) throw new Error('weights have no edges of bins, ascending from above 0');
  if (spacing !== 'equal' && spacing !== 'log')
    throw new Error(`weights have the spacing ${JSON.stringify(spacing)}, expected "equal" or "log"`);
  const at = Float64Array.from(edges as readonly number[], (edge) => (spacing === 'log' ? Math.log(edge) : edge));
  const bins = at.length - 1;
  const net = loadNet(weights, bins);
  const shares = new Float64Array(bins);
  return {
    predict(features, _, out) {
      const logits = net.forward(features);
      let highest = logits[0];
      for (let k = 1; k < bins; k++) highest = Math.max(highest, logits[k]);
      let sum = 0;
      for (let k = 0; k < bins; k++) {
        shares[k] = Math.exp(logits[k] - highest);
        sum += shares[k];
      }
      let bin = 0;
      let below = 0; // share of all bins before this one
      for (let k = 0; k < LEVELS.length; k++) {
        const wanted = LEVELS[k] * sum;
        while (bin < bins - 1 && below + shares[bin] < wanted) below += shares[bin++];
        const inside = shares[bin] > 0 ? Math.min(1, (wanted - below) / shares[bin]) : 0;
        const length = at[bin] + inside * (at[bin + 1] - at[bin]);
        out[k] = Math.max(1, spacing === 'log' ? Math.exp(length) : length);
      }
    },
    save: () => weights,
  };
}

const classifier = (spacing: Spacing, kind: string, summary: string): LengthLearner => ({
  kind,
  summary,
  async train(rows, options) {
    checkRows(rows, 'training');
    const edges = edgesOf(rows, spacing);
    const { tensors, settings } = await trainNet(rows, options, marginal(rows, edges), (of) => crossEntropy(of, edges));
    return load({ tensors, settings: { ...settings, edges, spacing } });
  },
  load,
});

export const trailBins = classifier(
  'equal',
  'trail-bins',
  "network, softmax over TRAIL's ten equal bins up to 512 tokens",
);
export const logBins = classifier('log', 'log-bins', 'network, softmax over 24 bins of equal width in log tokens');
