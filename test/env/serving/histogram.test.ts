import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addValue,
  addValues,
  copyHistogram,
  createHistogram,
  mergeHistogram,
  quantileOf,
  resetHistogram,
} from '../../../env/serving/histogram.js';

/** Whole numbers of every magnitude up to 2^53. */
const magnitude = fc
  .tuple(fc.integer({ min: 0, max: 52 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([exponent, x]) => Math.min(Number.MAX_SAFE_INTEGER, Math.floor(2 ** exponent * (1 + x)) - 1));
const weighted = fc.array(fc.tuple(magnitude, fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 60 });

const filled = (pairs: readonly (readonly [number, number])[]) => {
  const h = createHistogram();
  for (const [value, weight] of pairs) addValue(h, value, weight);
  return h;
};

/** The exact quantile by nearest rank. */
const exactQuantile = (pairs: readonly (readonly [number, number])[], q: number): number => {
  const all = pairs.flatMap(([value, weight]) => Array<number>(weight).fill(value)).sort((a, b) => a - b);
  return all[Math.max(1, Math.ceil(q * all.length - 1e-9)) - 1];
};

describe('histogram', () => {
  it('gives quantiles to 1/256, whatever the magnitude', () => {
    fc.assert(
      fc.property(weighted, fc.constantFrom(0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1), (pairs, q) => {
        const exact = exactQuantile(pairs, q);
        expect(Math.abs(quantileOf(filled(pairs), q) - exact)).toBeLessThanOrEqual(exact / 256);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('is exact below 256', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 9 })), { minLength: 1 }), (pairs) => {
        for (const q of [0.1, 0.5, 0.99]) expect(quantileOf(filled(pairs), q)).toBe(exactQuantile(pairs, q));
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it('keeps count, sum and maximum exactly', () => {
    const h = filled([
      [3, 2],
      [1_000_003, 5],
      [2 ** 40 + 1, 1],
    ]);
    expect([h.count, h.sum, h.max]).toEqual([8, 6 + 5_000_015 + 2 ** 40 + 1, 2 ** 40 + 1]);
  });

  it('adds a stretch of values as one by one', () => {
    const values = Int32Array.of(7, 900, 900, 123_456, 0x7fffffff, 5);
    const h = createHistogram();
    addValues(h, values, 1, 5, 3);
    expect(h).toEqual(filled([900, 900, 123_456, 0x7fffffff].map((value) => [value, 3])));
  });

  it('merged is as if added to one', () => {
    fc.assert(
      fc.property(weighted, weighted, (a, b) => {
        const h = filled(a);
        mergeHistogram(h, filled(b));
        const both = filled([...a, ...b]);
        for (const q of [0.1, 0.5, 0.9]) expect(quantileOf(h, q)).toBe(quantileOf(both, q));
        expect([h.count, h.max]).toEqual([both.count, both.max]);
        expect(Math.abs(h.sum - both.sum)).toBeLessThanOrEqual(1e-12 * both.sum); // huge sums round
      }),
      { numRuns: 20, seed: 3 },
    );
  });

  it('copied is equal, reset is empty', () => {
    const h = filled([[70_000, 4]]);
    const copy = createHistogram();
    copyHistogram(h, copy);
    resetHistogram(h);
    expect(copy).toEqual(filled([[70_000, 4]]));
    expect(h).toEqual(createHistogram());
    expect(quantileOf(h, 0.5)).toBeNaN();
  });
});
