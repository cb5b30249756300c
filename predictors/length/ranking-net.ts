/**
 * Learning to rank: a small network whose score orders requests by length; what a score means in tokens is read off afterwards.
 *
 * `pairwise`: Σ over pairs whose order is known of log(1 + exp(score_shorter − score_longer)) (Burges et al. 2005).
 * `listwise`: ListMLE, shortest first (Xia et al. 2008; lengths: Fu et al., NeurIPS 2024, arXiv 2408.15792):
 *
 *     Σ over ended i of log( e^{−s_i} + Σ over j known to be longer of e^{−s_j} ) + s_i
 *
 * An answer that was cut is longer than all that ended before that; it is nobody's shorter one. (Listwise, this is Cox's partial
 * likelihood.) A batch is one list.
 *
 * Tokens: validation rows are grouped by score; neighbours whose lengths do not ascend are merged; each group has its quantiles,
 * and between the mean scores of two groups log lengths are interpolated.
 */
import type { Scalar, Tensor2D } from '../tensor.js';
import { valuesOf, type Weights } from '../weights.js';
import { FEATURES } from './features.js';
import { survivalQuantiles } from './kaplan-meier.js';
import { LEVELS, type LengthLearner, type LengthModel, type LengthRows } from './model.js';
import { type HeadLoss, loadNet, trainNet } from './neural.js';
import { cut, logLengths } from './training-rows.js';

const N = LEVELS.length;
/** Rows that a group needs, and most groups. */
const FEWEST = 40;
const GROUPS = 24;
const NEVER = -1e9;

type Order = (tf: Parameters<HeadLoss>[0], scores: Tensor2D, longer: Float32Array, ended: Float32Array) => Scalar;

/** `longer[i·n + j]` = 1 where j is known to be longer than i. */
const pairwise: Order = (tf, scores, longer) => {
  const n = scores.shape[0];
  const pairs = longer.reduce((sum, one) => sum + one, 0);
  const behind = tf.sub(scores, tf.transpose(scores)); // score of row − score of column
  const losses = tf.mul(tf.softplus(behind), tf.tensor2d(longer, [n, n]));
  return tf.div(tf.sum(losses), Math.max(1, pairs)) as Scalar;
};

const listwise: Order = (tf, scores, longer, ended) => {
  const n = scores.shape[0];
  const among = longer.map((one, at) => (one === 1 || at % n === Math.floor(at / n) ? 0 : NEVER));
  const rivals = tf.add(tf.neg(tf.transpose(scores)), tf.tensor2d(among, [n, n]));
  const losses = tf.add(tf.logSumExp(rivals, 1), tf.reshape(scores, [-1]));
  const count = ended.reduce((sum, one) => sum + one, 0);
  return tf.div(tf.sum(tf.mul(losses, tf.tensor1d(ended))), Math.max(1, count)) as Scalar;
};

/** The loss of a batch as one list. */
function rankingLoss(rows: LengthRows, order: Order): HeadLoss {
  const { examples } = rows;
  return (tf, scores, chosen) => {
    const n = chosen.length;
    const longer = new Float32Array(n * n);
    const ended = Float32Array.from(chosen, (row) => (examples[row].censored ? 0 : 1));
    chosen.forEach((row, i) => {
      if (ended[i] === 0) return;
      const { outputTokens } = examples[row];
      chosen.forEach((other, j) => {
        const known = examples[other].outputTokens - outputTokens + (ended[j] === 0 ? 0.5 : 0);
        if (known > 0) longer[i * n + j] = 1;
      });
    });
    return order(tf, scores, longer, ended);
  };
}

interface Scale {
  /** Mean score of each group, ascending. */
  readonly scores: Float32Array;
  /** Log lengths. [groups × levels] */
  readonly quantiles: Float32Array;
}

function scaleOf(scores: Float64Array, rows: LengthRows): Scale {
  const logs = logLengths(rows);
  const isCut = cut(rows);
  const order = Array.from(scores, (_, k) => k).sort((a, b) => scores[a] - scores[b] || a - b);
  const describe = (members: readonly number[]) => {
    const quantiles = new Float64Array(N);
    survivalQuantiles(logs, isCut, LEVELS, quantiles, 0, members.some((k) => !isCut[k]) ? members : order);
    const mean = (of: (k: number) => number): number => members.reduce((sum, k) => sum + of(k), 0) / members.length;
    const level = quantiles.reduce((sum, q) => sum + q, 0) / N;
    return { members, quantiles, level, score: mean((k) => scores[k]) };
  };
  const count = Math.max(1, Math.min(GROUPS, Math.floor(order.length / FEWEST)));
  const groups: ReturnType<typeof describe>[] = [];
  for (let k = 0; k < count; k++) {
    const [from, to] = [k, k + 1].map((edge) => Math.floor((edge * order.length) / count));
    let group = describe(order.slice(from, to));
    for (
      let last = groups.at(-1);
      last && (last.level >= group.level || last.score >= group.score);
      last = groups.at(-1)
    ) {
      group = describe([...last.members, ...group.members]);
      groups.pop();
    }
    groups.push(group);
  }
  return {
    scores: Float32Array.from(groups, ({ score }) => score),
    quantiles: Float32Array.from(groups.flatMap(({ quantiles }) => Array.from(quantiles))),
  };
}

function load(weights: Weights): LengthModel {
  const net = loadNet(weights, 1);
  const scores = valuesOf(weights, 'scale.scores', [-1]);
  const quantiles = valuesOf(weights, 'scale.quantiles', [scores.length, N]);
  return {
    predict(features, _, out) {
      const score = net.forward(features)[0];
      const last = scores.length - 1;
      let low = 0;
      while (low < last - 1 && scores[low + 1] <= score) low++;
      const high = Math.min(last, low + 1);
      const width = scores[high] - scores[low];
      const share = width > 0 ? Math.min(1, Math.max(0, (score - scores[low]) / width)) : 0;
      for (let k = 0; k < N; k++)
        out[k] = Math.max(1, Math.exp((1 - share) * quantiles[low * N + k] + share * quantiles[high * N + k]));
    },
    save: () => weights,
  };
}

const ranker = (order: Order, kind: string, summary: string): LengthLearner => ({
  kind,
  summary,
  async train(rows, options) {
    const { tensors, settings } = await trainNet(rows, options, [0], (of) => rankingLoss(of, order));
    const { validation } = options;
    const net = loadNet({ tensors, settings }, 1);
    const scores = Float64Array.from(validation.examples, (_, k) => net.forward(validation.features, k * FEATURES)[0]);
    const scale = scaleOf(scores, validation);
    return load({
      settings,
      tensors: {
        ...tensors,
        'scale.scores': { shape: [scale.scores.length], values: scale.scores },
        'scale.quantiles': { shape: [scale.scores.length, N], values: scale.quantiles },
      },
    });
  },
  load,
});

export const pairwiseRank = ranker(
  pairwise,
  'pairwise-rank',
  'network, pairwise ranking; tokens read off the scores of validation rows',
);
export const listwiseRank = ranker(
  listwise,
  'listwise-rank',
  'network, ListMLE ranking; tokens read off the scores of validation rows',
);
