/** What is counted on the way against the same figures from all values at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedMap } from '../../../experiments/inspect/bounded-map.js';
import {
  addPair,
  correlationOf,
  createMoments,
  createPairs,
  cvOf,
  observe,
  varianceOf,
} from '../../../experiments/inspect/moments.js';
import { addToSpread, barsOf, createSpread, summaryOf } from '../../../experiments/inspect/spread.js';
import { createTally } from '../../../experiments/inspect/tally.js';
import { createTimeline } from '../../../experiments/inspect/timeline.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const variance = (values: readonly number[]): number =>
  sum(values.map((value) => (value - mean(values)) ** 2)) / (values.length - 1);

describe('moments', () => {
  const runs = fc.array(fc.tuple(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.integer({ min: 1, max: 9 })), {
    minLength: 2,
    maxLength: 40,
  });

  it('are those of all values, however many come at once', () => {
    fc.assert(
      fc.property(runs, (given) => {
        const all = given.flatMap(([value, times]) => new Array<number>(times).fill(value));
        const m = createMoments();
        for (const [value, times] of given) observe(m, value, times);
        expect(m.count).toBe(all.length);
        expect(Math.abs(m.mean - mean(all))).toBeLessThan(1e-8);
        expect(Math.abs(varianceOf(m) - variance(all))).toBeLessThan(1e-6 * (1 + variance(all)));
      }),
      { seed: 1 },
    );
  });

  it('correlate as Pearson has it', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 3,
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, (given) => {
        const pairs = createPairs();
        for (const [x, y] of given) addPair(pairs, x, y);
        const [xs, ys] = [given.map(([x]) => x), given.map(([, y]) => y)];
        const products = sum(given.map(([x, y]) => (x - mean(xs)) * (y - mean(ys))));
        const exact = products / (given.length - 1) / Math.sqrt(variance(xs) * variance(ys));
        if (Number.isFinite(exact)) expect(correlationOf(pairs)).toBeCloseTo(exact, 9);
        else expect(correlationOf(pairs)).toBeNaN();
      }),
      { seed: 2 },
    );
  });

  it('say nothing of too few values', () => {
    const m = createMoments();
    expect([varianceOf(m), cvOf(m), correlationOf(createPairs())]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    observe(m, 4);
    expect([m.mean, varianceOf(m)]).toEqual([4, Number.NaN]);
  });
});

describe('a spread', () => {
  const lengths = fc.array(
    fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(2 ** 52)),
    { minLength: 1, maxLength: 200 },
  );

  it('has exact mean, standard deviation and maximum, and quantiles within 1 %', () => {
    fc.assert(
      fc.property(lengths, (values) => {
        const spread = createSpread();
        for (const value of values) addToSpread(spread, value);
        const s = summaryOf(spread);
        const sorted = [...values].sort((a, b) => a - b);
        expect([s.count, s.max]).toEqual([values.length, sorted[sorted.length - 1]]);
        expect(Math.abs(s.mean - mean(values))).toBeLessThanOrEqual(1e-9 * mean(values));
        if (values.length > 1) expect(s.sd ** 2 / variance(values) || 1).toBeCloseTo(1, 6);
        for (const [q, found] of [
          [0.5, s.p50],
          [0.9, s.p90],
          [0.99, s.p99],
        ]) {
          const exact = sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)];
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.01 * exact);
        }
      }),
      { seed: 3 },
    );
  });

  it('has bars that hold every value once, in whole numbers that rise', () => {
    fc.assert(
      fc.property(lengths, (values) => {
        const spread = createSpread();
        for (const value of values) addToSpread(spread, value);
        const bars = barsOf(spread);
        const held = bars.map(({ from, to }) => values.filter((v) => v >= from && v < to).length);
        expect(bars.map(({ share }) => Math.round(share * values.length))).toEqual(held);
        expect(bars.slice(1).map(({ from }) => from)).toEqual(bars.slice(0, -1).map(({ to }) => to));
        expect(bars.filter(({ from, to }) => from >= 8 && to / from > 1.26)).toEqual([]);
        expect(sum(bars.map(({ share }) => share))).toBeCloseTo(1, 9);
      }),
      { seed: 4, numRuns: 40 },
    );
    expect(barsOf(createSpread())).toEqual([]);
  });
});

describe('a tally', () => {
  it('names the most frequent values, and stops telling them apart at 4,096', () => {
    const tally = createTally();
    for (let k = 0; k < 10; k++) for (let times = 0; times <= k; times++) tally.add(k);
    expect(tally.summary(55)).toEqual({
      distinct: 10,
      top: [9, 8, 7, 6, 5, 4, 3, 2].map((value) => ({ value, share: (value + 1) / 55 })),
    });
    for (let k = 0; k < 5000; k++) tally.add(k);
    expect(tally.summary(5055).distinct).toBe(4096);
  });
});

describe('a timeline', () => {
  it('keeps sums, and at most 512 pieces, however far it goes', () => {
    const steps = fc.array(fc.tuple(fc.oneof(fc.nat(40), fc.nat(100_000)), fc.nat(1000)), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(steps, (given) => {
        const timeline = createTimeline(1, ['tokens']);
        const events: [number, number][] = [];
        let now = 0;
        for (const [gap, tokens] of given) {
          now += gap;
          events.push([now, tokens]);
          timeline.add(now, { tokens });
        }
        const pieces = timeline.pieces();
        expect(pieces.length).toBeLessThanOrEqual(512);
        expect(pieces[pieces.length - 1].to).toBeGreaterThan(now);
        if (now >= 512) expect(pieces.length).toBeGreaterThan(255);
        const width = pieces[0].to;
        const exact = new Array<number>(pieces.length).fill(0);
        for (const [at, tokens] of events) exact[Math.floor(at / width)] += tokens;
        expect(pieces.map(({ tokens }) => tokens)).toEqual(exact);
        expect(pieces.every(({ from, to }, k) => from === k * width && to === from + width)).toBe(true);
      }),
      { seed: 5, numRuns: 40 },
    );
  });
});

describe('a bounded map', () => {
  it('does what a Map does until it is full', () => {
    const key = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.maxSafeInteger());
    const steps = fc.array(fc.tuple(key, fc.nat(100)), { maxLength: 300 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 200 }), (given, most) => {
        const map = createBoundedMap(most);
        const model = new Map<number, number>();
        const fits = given.map(([key, value]) => {
          const fit = model.has(key) || model.size < most;
          if (fit) model.set(key, value);
          return fit;
        });
        expect(given.map(([key, value]) => map.set(key, value))).toEqual(fits);
        map.retain((key) => key % 3 !== 0);
        expect(given.map(([key]) => map.get(key))).toEqual(
          given.map(([key]) => (key % 3 === 0 ? undefined : model.get(key))),
        );
        expect(map.size).toBe([...model.keys()].filter((key) => key % 3 !== 0).length);
      }),
      { seed: 6 },
    );
  });

  it('grows to its limit, and no further', () => {
    const map = createBoundedMap(5000);
    const taken = Array.from({ length: 6000 }, (_, k) => map.set(k * 1e9, k));
    expect(taken.indexOf(false)).toBe(5000);
    expect(taken.lastIndexOf(true)).toBe(4999);
    expect([map.size, map.get(4999e9), map.get(5000e9)]).toEqual([5000, 4999, undefined]);
  });
});
