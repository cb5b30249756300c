/** Upper bounds with a promised probability: what they keep where scores are exchangeable, and what happens where they are not. */
import { describe, expect, test } from 'vitest';
import { normal } from '../../../env/distributions.js';
import { stream } from '../../../env/random.js';
import {
  type AdaptiveOptions,
  adapt,
  adaptiveCells,
  adaptiveMargin,
  coverageSoFar,
} from '../../../predictors/conformal/adaptive.js';
import { confidenceAt } from '../../../predictors/conformal/load.js';
import { calibrate, marginOf } from '../../../predictors/conformal/split.js';

/** Scores with a long tail to the right, as errors of log lengths may have. */
function scores(n: number, name: string, shift = 0, scale = 1): Float64Array {
  const { next } = stream(7, name);
  return Float64Array.from({ length: n }, () => {
    const z = normal(next(), next());
    return shift + scale * (z > 0 ? 1.5 * z : z);
  });
}

const kept = (values: Float64Array, margin: number): number =>
  values.filter((score) => score <= margin).length / values.length;

describe('split conformal bounds', () => {
  test('keep the promise within 1 % on exchangeable splits', () => {
    for (const confidence of [0.5, 0.8, 0.9, 0.95, 0.99]) {
      let sum = 0;
      const splits = 40;
      for (let k = 0; k < splits; k++) {
        const all = scores(2000, `exchangeable/${k}`);
        sum += kept(all.subarray(1000), marginOf(calibrate(all.subarray(0, 1000)), confidence));
      }
      expect(Math.abs(sum / splits - confidence), `${confidence}`).toBeLessThan(0.01);
    }
  });

  test('are the exact rank: of n scores the ⌈(n + 1)·confidence⌉-th', () => {
    const calibration = calibrate([5, 1, 4, 2, 3, 9, 8, 7, 6]);
    expect(marginOf(calibration, 0.5)).toBe(5);
    expect(marginOf(calibration, 0.9)).toBe(9);
    expect(marginOf(calibration, 0.91)).toBe(Infinity);
  });

  test('by group keep it in each, where one for all does not', () => {
    const [narrow, wide] = [scores(4000, 'narrow', 0, 0.3), scores(4000, 'wide', 0, 2)];
    const half = Float64Array.from([...narrow.subarray(0, 2000), ...wide.subarray(0, 2000)]);
    const groups = half.map((_, k) => (k < 2000 ? 0 : 1));
    const calibration = calibrate(half, groups, 2);
    const together = marginOf(calibration, 0.9, -1);
    expect(kept(narrow.subarray(2000), together)).toBeGreaterThan(0.97);
    expect(kept(wide.subarray(2000), together)).toBeLessThan(0.84);
    expect(kept(narrow.subarray(2000), marginOf(calibration, 0.9, 0))).toBeCloseTo(0.9, 1.5);
    expect(kept(wide.subarray(2000), marginOf(calibration, 0.9, 1))).toBeCloseTo(0.9, 1.5);
  });

  test('of a small group are those of all', () => {
    const calibration = calibrate([...scores(200, 'many'), 9, 9], [...new Array(200).fill(0), 1, 1], 3);
    expect(marginOf(calibration, 0.8, 1)).toBe(marginOf(calibration, 0.8, -1));
    expect(marginOf(calibration, 0.8, 2)).toBe(marginOf(calibration, 0.8, -1));
    expect(marginOf(calibration, 0.8, 0)).not.toBe(marginOf(calibration, 0.8, -1));
  });

  test('take a cut answer for a longer one', () => {
    const values = scores(1000, 'cut');
    const cut = values.map((score) => Math.min(score, 1));
    const censored = values.map((score) => Number(score > 1));
    expect(marginOf(calibrate(cut, undefined, 1, censored), 0.6)).toBe(marginOf(calibrate(values), 0.6));
    expect(marginOf(calibrate(cut, undefined, 1, censored), 0.95)).toBe(Infinity);
  });

  test('refuse NaN', () => {
    expect(() => calibrate([1, Number.NaN])).toThrow('score 2 is NaN');
  });
});

test('confidence falls with load', () => {
  expect(confidenceAt(0)).toBe(0.95);
  expect(confidenceAt(1000)).toBeCloseTo(0.475, 12);
  expect(confidenceAt(9, 0.9, 0.1)).toBeCloseTo(0.9 / 1.9, 12);
  const calibration = calibrate(scores(1000, 'load'));
  expect(marginOf(calibration, confidenceAt(200))).toBeLessThan(marginOf(calibration, confidenceAt(1)));
});

describe('adaptive bounds', () => {
  const options: AdaptiveOptions = { confidence: 0.9, rate: 0.02, window: 256 };

  function follow(values: Float64Array, cells = new Float64Array(adaptiveCells(options.window))): Float64Array {
    return values.map((score) => {
      const margin = adaptiveMargin(cells, options);
      adapt(cells, score, margin, options);
      return score <= margin ? 1 : 0;
    });
  }
  const share = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('regain the promise on a set that has shifted, where static ones lose it', () => {
    const before = scores(3000, 'before');
    const after = scores(3000, 'after', 1.5, 1.3);
    expect(kept(after, marginOf(calibrate(before), 0.9))).toBeLessThan(0.7);
    const outcomes = follow(Float64Array.from([...before, ...after]));
    expect(share(outcomes.subarray(500, 3000))).toBeCloseTo(0.9, 1.7);
    expect(share(outcomes.subarray(3300))).toBeCloseTo(0.9, 1.7);
  });

  test('keep the share that theory promises, whatever comes', () => {
    const { next } = stream(3, 'adversary');
    // Ever longer, in jumps.
    const hostile = Float64Array.from({ length: 4000 }, (_, k) => k * 0.01 + (k % 700 > 600 ? 50 * next() : next()));
    const cells = new Float64Array(adaptiveCells(options.window));
    follow(hostile, cells);
    const bound = (0.9 + 0.02) / (0.02 * 4000);
    expect(Math.abs(coverageSoFar(cells) - 0.9)).toBeLessThanOrEqual(bound);
  });

  test('remember the last scores only, in order', () => {
    const cells = new Float64Array(adaptiveCells(4));
    const still = { confidence: 0.5, rate: 0, window: 4 };
    for (const score of [100, 100, 3, 1, 2, 2]) adapt(cells, score, adaptiveMargin(cells, still), still);
    expect([...cells.subarray(7)]).toEqual([1, 2, 2, 3]);
    expect(adaptiveMargin(cells, still)).toBe(2);
  });

  test('fork with their cells', () => {
    const cells = new Float64Array(adaptiveCells(options.window));
    follow(scores(400, 'first'), cells);
    const copy = cells.slice();
    expect(follow(scores(400, 'second'), copy)).toEqual(follow(scores(400, 'second'), cells));
  });
});
