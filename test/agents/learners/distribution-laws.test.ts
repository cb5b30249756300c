/** Laws of distributions: gradients are slopes, draws have their frequencies, divergence is an integral. */
import { describe, expect, it } from 'vitest';
import { categoricalDraw, logSoftmax, sharesOf } from '../../../agents/learners/math/categorical.js';
import {
  addGaussianGradient,
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
} from '../../../agents/learners/math/gaussian.js';
import {
  addMultiGradient,
  multiEntropy,
  multiLogProb,
  multiLogSoftmax,
} from '../../../agents/learners/math/multi-categorical.js';
import { near } from './recorded.js';

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
    const [logProbs, shares] = [new Float64Array(7), new Float64Array(7)];
    const chosen = { actions: [8, 1, 0], first: 1, byLogProb: 0.7, byEntropy: -0.3 };
    const value = (): number => {
      multiLogSoftmax(logits, mask, 2, sizes, logProbs);
      sharesOf(logProbs, 2, 5, shares);
      return 0.7 * multiLogProb(logProbs, 2, sizes, chosen.actions, 1) - 0.3 * multiEntropy(logProbs, shares, 2, sizes);
    };
    value();
    const gradient = new Float64Array(7);
    addMultiGradient(logProbs, shares, 2, sizes, chosen, gradient);
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
  const shares = new Float64Array(4);
  sharesOf(logProbs, 0, 4, shares);
  for (let k = 0; k < 800; k++) counts[categoricalDraw(shares, 0, 4, (k + 0.5) / 800)]++;
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
