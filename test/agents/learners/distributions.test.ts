/** Distributions against sb3-contrib, Stable-Baselines3 and PyTorch, and gradients against differences. */
import { describe, expect, it } from 'vitest';
import { bitsEntropy, bitsLogProb } from '../../../agents/learners/math/bits.js';
import {
  addCategoricalGradient,
  categoricalDraw,
  categoricalEntropy,
  categoricalKl,
  categoricalMode,
  logSoftmax,
} from '../../../agents/learners/math/categorical.js';
import {
  addGaussianGradient,
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
  squashedLogProb,
} from '../../../agents/learners/math/gaussian.js';
import {
  addMultiGradient,
  multiEntropy,
  multiLogProb,
  multiLogSoftmax,
} from '../../../agents/learners/math/multi-categorical.js';
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
      near(logProbs.map(Math.exp), flat(each.probs), 1e-9);
      near(
        rows.map((at) => categoricalEntropy(logProbs, at, n)),
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
        addCategoricalGradient(logProbs, at, n, { action, byLogProb: 1, byEntropy: 0 }, byLogProb);
        addCategoricalGradient(logProbs, at, n, { action, byLogProb: 0, byEntropy: 1 }, byEntropy);
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
    near([categoricalEntropy(logProbs, 0, 4096)], wide?.entropy ?? [], 1e-9);
    expect(logProbs.filter((x) => x > Number.NEGATIVE_INFINITY)).toHaveLength(1);
    for (const u of [0, 0.5, 1 - 2 ** -32]) expect(categoricalDraw(logProbs, 0, 4096, u)).toBe(legal);
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
    near(
      rows.map((row) => multiEntropy(logProbs, 7 * row, nvec)),
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

/** Central difference of f by number k of x. */
function slope(x: Float64Array, k: number, f: () => number): number {
  const [kept, h] = [x[k], 1e-5];
  x[k] = kept + h;
  const above = f();
  x[k] = kept - h;
  const below = f();
  x[k] = kept;
  return (above - below) / (2 * h);
}

describe('gradients are slopes', () => {
  it('of two choices at once, behind another row', () => {
    const sizes = [3, 2];
    const logits = Float64Array.of(9, 9, 0.3, -1.2, 0.7, 0.1, 0.4);
    const mask = Uint8Array.of(0, 0, 1, 1, 0, 1, 1);
    const logProbs = new Float64Array(7);
    const chosen = { actions: [8, 1, 0], first: 1, byLogProb: 0.7, byEntropy: -0.3 };
    const value = (): number => {
      multiLogSoftmax(logits, mask, 2, sizes, logProbs);
      return 0.7 * multiLogProb(logProbs, 2, sizes, chosen.actions, 1) - 0.3 * multiEntropy(logProbs, 2, sizes);
    };
    value();
    const gradient = new Float64Array(7);
    addMultiGradient(logProbs, 2, sizes, chosen, gradient);
    near(
      gradient,
      Array.from(logits, (_, k) => slope(logits, k, value)),
      1e-8,
    );
  });

  it('of a Gaussian', () => {
    const mean = Float64Array.of(0.3, -1, 2);
    const logSd = Float64Array.of(-0.5, 0.2);
    const x = Float64Array.of(7, -0.4, 2.5);
    const value = (): number => 0.7 * gaussianLogProb(mean, 1, logSd, x) + 0.2 * gaussianEntropy(logSd);
    const [byMean, byLogSd] = [new Float64Array(3), new Float64Array(2)];
    addGaussianGradient(mean, 1, logSd, x, { byLogProb: 0.7, byEntropy: 0.2 }, byMean, byLogSd);
    near(
      byMean,
      Array.from(mean, (_, k) => slope(mean, k, value)),
      1e-8,
    );
    near(
      byLogSd,
      Array.from(logSd, (_, k) => slope(logSd, k, value)),
      1e-8,
    );
  });
});

it('draws fall on choices as often as their probabilities say', () => {
  const logProbs = new Float64Array(4);
  logSoftmax(Float64Array.of(0, Math.log(3), 5, Math.log(4)), Uint8Array.of(1, 1, 0, 1), 0, 4, logProbs);
  const counts = [0, 0, 0, 0];
  for (let k = 0; k < 800; k++) counts[categoricalDraw(logProbs, 0, 4, (k + 0.5) / 800)]++;
  expect(counts).toEqual([100, 300, 0, 400]);
});

it('Gaussians diverge by the integral of p log p/q', () => {
  const p = { mean: Float64Array.of(0.4), logSd: Float64Array.of(-0.3) };
  const q = { mean: Float64Array.of(-0.5), logSd: Float64Array.of(0.4) };
  let sum = 0;
  for (let x = -8; x < 8; x += 1e-3) {
    const at = Float64Array.of(x);
    const logP = gaussianLogProb(p.mean, 0, p.logSd, at);
    sum += 1e-3 * Math.exp(logP) * (logP - gaussianLogProb(q.mean, 0, q.logSd, at));
  }
  expect(gaussianKl(p, q, 0)).toBeCloseTo(sum, 9);
  expect(gaussianKl(p, p, 0)).toBe(0);
});

it('logits that are no numbers are refused', () => {
  const out = new Float64Array(2);
  expect(() => logSoftmax(Float64Array.of(Number.NaN, 1), null, 0, 2, out)).toThrow('log-sum NaN');
});
