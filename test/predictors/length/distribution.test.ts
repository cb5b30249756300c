/** A belief over total tokens, read from its quantiles: closed forms on log-normals, and laws for any. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../../env/distributions.js';
import {
  ascending,
  momentsGiven,
  quantileAt,
  quantileGiven,
  shareUpTo,
} from '../../../predictors/length/distribution.js';
import { LEVELS } from '../../../predictors/length/model.js';

const [mu, sigma] = [5.5, 0.6];
const logNormal = Float64Array.from(LEVELS, (level) => Math.exp(mu + sigma * normalQuantile(level)));
const exact = (level: number): number => Math.exp(mu + sigma * normalQuantile(level));
const moments = { mean: 0, spread: 0 };

describe('a log-normal belief', () => {
  test('has its quantiles, tails included', () => {
    for (const level of LEVELS) expect(quantileAt(logNormal, level)).toBeCloseTo(exact(level), 6);
    for (const level of [0.001, 0.01, 0.03, 0.975, 0.99, 0.999])
      expect(Math.log(quantileAt(logNormal, level) / exact(level))).toBeCloseTo(0, 2);
    for (const level of [0.12, 0.37, 0.5001, 0.88])
      expect(Math.abs(quantileAt(logNormal, level) / exact(level) - 1)).toBeLessThan(0.01);
  });

  test('has its mean and standard deviation', () => {
    momentsGiven(logNormal, 0, Infinity, moments);
    expect(moments.mean / Math.exp(mu + sigma ** 2 / 2)).toBeCloseTo(1, 2);
    expect(moments.spread / (Math.exp(mu + sigma ** 2 / 2) * Math.sqrt(Math.expm1(sigma ** 2)))).toBeGreaterThan(0.93);
    expect(moments.spread / (Math.exp(mu + sigma ** 2 / 2) * Math.sqrt(Math.expm1(sigma ** 2)))).toBeLessThan(1.02);
  });

  test('is conditioned on what has been generated as the truncated one is', () => {
    for (const share of [0.1, 0.5, 0.8]) {
      const generated = exact(share);
      expect(shareUpTo(logNormal, generated)).toBeCloseTo(share, 2);
      for (const level of [0.1, 0.5, 0.9]) {
        const expected = exact(share + level * (1 - share));
        expect(quantileGiven(logNormal, level, generated, Infinity) / expected).toBeCloseTo(1, 1.7);
      }
    }
  });

  test('is cut at max_tokens', () => {
    expect(quantileGiven(logNormal, 0.9, 0, 300)).toBe(300);
    expect(quantileGiven(logNormal, 0.1, 0, 300)).toBeCloseTo(exact(0.1), 6);
    momentsGiven(logNormal, 0, 1, moments);
    expect(moments).toEqual({ mean: 1, spread: 0 });
  });
});

describe('any belief', () => {
  const quantiles = fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 19, maxLength: 19 }).map((logs) =>
    Float64Array.from(
      logs.sort((a, b) => a - b),
      Math.exp,
    ),
  );
  const level = fc.double({ min: 0, max: 1, noNaN: true });
  const settings = { seed: 2, numRuns: 300 };

  test('is ascending in its level, and lies between what is generated and what is allowed', () => {
    fc.assert(
      fc.property(
        quantiles,
        level,
        level,
        fc.nat(5000),
        fc.integer({ min: 1, max: 3000 }),
        (q, a, b, generated, more) => {
          const most = generated + more;
          const [low, high] = [a, b].sort((x, y) => x - y).map((u) => quantileGiven(q, u, generated, most));
          expect(low).toBeLessThanOrEqual(high * (1 + 1e-12));
          expect(low).toBeGreaterThanOrEqual(generated + 1);
          expect(high).toBeLessThanOrEqual(most);
          momentsGiven(q, generated, most, moments);
          expect(moments.mean).toBeGreaterThanOrEqual(generated + 1 - 1e-6);
          expect(moments.mean).toBeLessThanOrEqual(most + 1e-6);
          expect(moments.spread).toBeLessThanOrEqual(more);
        },
      ),
      settings,
    );
  });

  test('never falls as tokens come', () => {
    fc.assert(
      fc.property(quantiles, level, fc.nat(3000), fc.nat(500), (q, u, generated, step) => {
        const before = quantileGiven(q, u, generated, Infinity);
        expect(quantileGiven(q, u, generated + step, Infinity)).toBeGreaterThanOrEqual(before * (1 - 1e-6));
      }),
      settings,
    );
  });

  test('gives back the share of a quantile', () => {
    fc.assert(
      fc.property(quantiles, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (q, u) => {
        const tokens = quantileAt(q, u);
        expect(quantileAt(q, shareUpTo(q, tokens)) / tokens).toBeCloseTo(1, 4);
      }),
      settings,
    );
  });

  test('is read at its place in a longer array', () => {
    const long = Float64Array.from([9, 9, ...logNormal]);
    expect(quantileGiven(long, 0.7, 100, 400, 2)).toBe(quantileGiven(logNormal, 0.7, 100, 400));
  });
});

test('ascending mends what crosses, is below 1 or no number', () => {
  const crossing = Float64Array.from(LEVELS, (_, k) => [0.2, 5, 3, Number.NaN][k] ?? 10 + k);
  ascending(crossing);
  expect([...crossing.subarray(0, 6)]).toEqual([1, 5, 5, 5, 14, 15]);
});
