/** Distributions against sb3-contrib, Stable-Baselines3 and PyTorch. */
import { describe, expect, it } from 'vitest';
import { bitsEntropy, bitsLogProb } from '../../../agents/learners/math/bits.js';
import {
  addCategoricalGradient,
  categoricalDraw,
  categoricalEntropy,
  categoricalKl,
  categoricalMode,
  logSoftmax,
  sharesOf,
} from '../../../agents/learners/math/categorical.js';
import { gaussianEntropy, gaussianLogProb, squashedLogProb } from '../../../agents/learners/math/gaussian.js';
import { multiEntropy, multiLogProb, multiLogSoftmax } from '../../../agents/learners/math/multi-categorical.js';
import { stream } from '../../../env/random.js';
import { flat, near, recorded, recording, where } from './recorded.js';

type Rows = number[][];
interface Recording {
  masked_categorical: {
    name: string;
    logits: Rows;
    mask: Rows;
    probs: Rows;
    entropy: number[];
    action: number[];
    log_prob: number[];
    mode: number[];
    gradient_of_sum_of_log_prob: Rows;
    gradient_of_sum_of_entropy: Rows;
    legal?: number;
  }[];
  masked_multi_categorical: {
    nvec: number[];
    logits: Rows;
    mask: Rows;
    actions: Rows;
    log_prob: number[];
    entropy: number[];
  };
  gaussian: {
    mean: Rows;
    log_std: number[];
    action: Rows;
    before_tanh: Rows;
    log_prob: number[];
    entropy: number[];
    log_prob_exact: number[];
    'log_prob_with_1e-6': number[];
  }[];
  bits: { logits: Rows; bits: Rows; log_prob: number[]; entropy: number[] };
  kl: { p_logits: Rows; q_logits: Rows; kl_p_q: number[] };
}

describe.skipIf(!recorded)(`distributions (${where})`, () => {
  const of = recording<Recording>('distributions');

  it.each(of.masked_categorical.filter(({ logits }) => logits).map((each) => [each.name, each] as const))(
    'masked categorical: %s',
    (name, each) => {
      const n = each.logits[0].length;
      const logits = flat(each.logits);
      const mask = Uint8Array.from(each.mask.flat());
      const logProbs = new Float64Array(logits.length);
      const normal = (): void => {
        for (let at = 0; at < logits.length; at += n) logSoftmax(logits, mask, at, n, logProbs);
      };
      if (name.startsWith('nothing legal')) return expect(normal).toThrow('none of 3 actions is legal');
      normal();
      const rows = each.logits.map((_, row) => row * n);
      const shares = new Float64Array(logits.length);
      sharesOf(logProbs, 0, logits.length, shares);
      near(shares, flat(each.probs), 1e-9);
      near(
        rows.map((at) => categoricalEntropy(logProbs, shares, at, n)),
        each.entropy,
        1e-9,
      );
      near(
        rows.map((at, row) => logProbs[at + each.action[row]]),
        each.log_prob,
        1e-9,
      );
      expect(rows.map((at) => categoricalMode(logProbs, at, n))).toEqual(each.mode);
      const [byLogProb, byEntropy] = [new Float64Array(logits.length), new Float64Array(logits.length)];
      rows.forEach((at, row) => {
        const action = each.action[row];
        addCategoricalGradient(logProbs, shares, at, n, { action, byLogProb: 1, byEntropy: 0 }, byLogProb);
        addCategoricalGradient(logProbs, shares, at, n, { action, byLogProb: 0, byEntropy: 1 }, byEntropy);
      });
      near(byLogProb, flat(each.gradient_of_sum_of_log_prob), 1e-9);
      near(byEntropy, flat(each.gradient_of_sum_of_entropy), 1e-9);
    },
  );

  it('masked categorical: 4,096 actions, one legal', () => {
    const wide = of.masked_categorical.find(({ legal }) => legal !== undefined);
    const legal = wide?.legal ?? -1;
    const random = stream(1, 'wide');
    const logits = Float32Array.from({ length: 4096 }, () => 8 * random.next() - 4);
    const mask = new Uint8Array(4096);
    mask[legal] = 1;
    const logProbs = new Float64Array(4096);
    logSoftmax(logits, mask, 0, 4096, logProbs);
    near([logProbs[legal]], wide?.log_prob ?? [], 1e-9);
    const shares = new Float64Array(4096);
    sharesOf(logProbs, 0, 4096, shares);
    near([categoricalEntropy(logProbs, shares, 0, 4096)], wide?.entropy ?? [], 1e-9);
    expect(logProbs.filter((x) => x > Number.NEGATIVE_INFINITY)).toHaveLength(1);
    for (const u of [0, 0.5, 1 - 2 ** -32]) expect(categoricalDraw(shares, 0, 4096, u)).toBe(legal);
  });

  it('masked multi-categorical', () => {
    const { nvec, logits, mask, actions, log_prob, entropy } = of.masked_multi_categorical;
    const logProbs = new Float64Array(logits.flat().length);
    const legal = Uint8Array.from(mask.flat());
    const rows = logits.map((_, row) => row);
    for (const row of rows) multiLogSoftmax(flat(logits), legal, 7 * row, nvec, logProbs);
    near(
      rows.map((row) => multiLogProb(logProbs, 7 * row, nvec, actions.flat(), 2 * row)),
      log_prob,
      1e-9,
    );
    const shares = new Float64Array(logProbs.length);
    sharesOf(logProbs, 0, logProbs.length, shares);
    near(
      rows.map((row) => multiEntropy(logProbs, shares, 7 * row, nvec)),
      entropy,
      1e-9,
    );
  });

  it('diagonal and tanh-squashed Gaussian', () => {
    const [plain, squashed] = of.gaussian;
    const logSd = Float64Array.from(plain.log_std);
    const rows = plain.mean.map((_, row) => 3 * row);
    near(
      rows.map((at) => gaussianLogProb(flat(plain.mean), at, logSd, flat(plain.action))),
      plain.log_prob,
      1e-9,
    );
    near(
      rows.map(() => gaussianEntropy(logSd)),
      plain.entropy,
      1e-9,
    );
    const before = flat(squashed.before_tanh);
    const exact = squashed.mean.map((_, row) => squashedLogProb(flat(squashed.mean), 3 * row, logSd, before));
    near(exact, squashed.log_prob_exact, 1e-9);
    // The other form adds 1e-6 inside the logarithm.
    const jacobian = (u: number): number => 1 - Math.tanh(u) ** 2;
    const shifted = exact.map((logProb, row) =>
      squashed.before_tanh[row].reduce((sum, u) => sum + Math.log(jacobian(u)) - Math.log(jacobian(u) + 1e-6), logProb),
    );
    near(shifted, squashed['log_prob_with_1e-6'], 1e-9);
  });

  it('bits, and the divergence of categoricals', () => {
    const { logits, bits, log_prob, entropy } = of.bits;
    const rows = logits.map((_, row) => 4 * row);
    near(
      rows.map((at) => bitsLogProb(flat(logits), at, 4, bits.flat())),
      log_prob,
      1e-9,
    );
    near(
      rows.map((at) => bitsEntropy(flat(logits), at, 4)),
      entropy,
      1e-9,
    );
    const [p, q] = [new Float64Array(12), new Float64Array(12)];
    for (const at of rows) {
      logSoftmax(flat(of.kl.p_logits), null, at, 4, p);
      logSoftmax(flat(of.kl.q_logits), null, at, 4, q);
    }
    near(
      rows.map((at) => categoricalKl(p, q, at, 4)),
      of.kl.kl_p_q,
      1e-9,
    );
  });
});
