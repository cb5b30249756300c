/** What is only known to be "at least so much". */
import { describe, expect, test } from 'vitest';
import { normal, normalQuantile } from '../../../env/distributions.js';
import { stream } from '../../../env/random.js';
import { expectedAbove, hazard, negativeLogLikelihood, sigmaOf } from '../../../predictors/length/censoring.js';
import { survivalQuantiles } from '../../../predictors/length/kaplan-meier.js';
import { LEVELS } from '../../../predictors/length/model.js';

const quantiles = (values: readonly number[], censored: readonly number[], levels: readonly number[]): Float64Array => {
  const out = new Float64Array(levels.length);
  survivalQuantiles(values, censored, levels, out);
  return out;
};

describe('quantiles of Kaplan and Meier', () => {
  test('without cut values are those of the sample', () => {
    expect([...quantiles([5, 1, 4, 2, 3], [0, 0, 0, 0, 0], [0.2, 0.4, 0.5, 0.8, 1])]).toEqual([1, 2, 3, 4, 5]);
  });

  test('follow a worked example', () => {
    // S: 1 → .8 at 1; 2 is cut; → .8·2/3 at 3; 4 is cut; → 0 at 5.
    expect([...quantiles([1, 2, 3, 4, 5], [0, 1, 0, 1, 0], [0.2, 0.21, 0.46, 0.47])]).toEqual([1, 3, 3, 5]);
  });

  test('see through a cap, and go on beyond it as a normal does', () => {
    const { next } = stream(4, 'capped');
    const values = Array.from({ length: 4000 }, () => normal(next(), next()));
    const cap = 0.8;
    const out = quantiles(
      values.map((v) => Math.min(v, cap)),
      values.map((v) => Number(v >= cap)),
      LEVELS,
    );
    LEVELS.forEach((level, k) => {
      expect(Math.abs(out[k] - normalQuantile(level))).toBeLessThan(0.12);
    });
    for (let k = 1; k < LEVELS.length; k++) expect(out[k]).toBeGreaterThanOrEqual(out[k - 1]);
  });

  test('refuse values that were all cut', () => {
    expect(() => quantiles([1, 2], [1, 1], [0.5])).toThrow('2 values, all of them cut');
  });
});

describe('a normal of which a part is cut', () => {
  test.each([
    [-8, 0],
    [0, 0.79788456],
    [1, 1.52513528],
    [3, 3.28309865],
    [6, 6.15843],
  ])('has the hazard of tables at %s', (z, expected) => {
    expect(hazard(z)).toBeCloseTo(expected, 2);
  });

  test('has its mean and σ back by expectation and maximisation', () => {
    const { next } = stream(5, 'tobit');
    const values = Float64Array.from({ length: 5000 }, () => 2 + 0.7 * normal(next(), next()));
    const seen = values.map((v) => Math.min(v, 2.3));
    const cut = values.map((v) => Number(v >= 2.3));
    let [mean, sigma] = [1, 1];
    for (let round = 0; round < 100; round++) {
      const at = new Float64Array(values.length).fill(mean);
      sigma = sigmaOf(seen, cut, at, sigma);
      mean = seen.reduce((sum, v, k) => sum + (cut[k] ? expectedAbove(v, mean, sigma) : v), 0) / values.length;
    }
    expect(mean).toBeCloseTo(2, 1);
    expect(sigma).toBeCloseTo(0.7, 1);
    const loss = (m: number, s: number): number =>
      negativeLogLikelihood(seen, cut, new Float64Array(values.length).fill(m), s);
    for (const [m, s] of [
      [mean + 0.1, sigma],
      [mean - 0.1, sigma],
      [mean, sigma * 1.2],
      [mean, sigma / 1.2],
    ])
      expect(loss(m, s)).toBeGreaterThan(loss(mean, sigma));
  });
});
