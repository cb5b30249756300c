import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { gamma as mathGamma } from 'mathjs/number';
import { afterAll, describe, expect, test } from 'vitest';
import { stream } from '../../../env/random.js';
import { renewalTimes } from '../../../env/workloads/arrivals/gaps.js';
import {
  arrivalKinds,
  constantGaps,
  deterministicArrivals,
  exponentialGaps,
  type Gaps,
  gammaArrivals,
  gammaGaps,
  onOffArrivals,
  weibullArrivals,
  weibullGaps,
} from '../../../env/workloads/arrivals.js';
import { logGamma } from '../../../env/workloads/gamma.js';
import { cvOfGaps, mean, variance } from './moments.js';

test('logGamma agrees with mathjs', () => {
  for (const x of [0.01, 0.3, 0.5, 1, 1.5, 2, 5.25, 11.99, 12, 13, 50, 100]) {
    expect(Math.exp(logGamma(x) - Math.log(mathGamma(x)))).toBeCloseTo(1, 11);
  }
});

describe('gaps', () => {
  const kinds: [string, Gaps, number][] = [
    ['exponential', exponentialGaps, 1],
    ['constant', constantGaps, 0],
    ['Gamma .5', gammaGaps(0.5), 0.5],
    ['Gamma 2', gammaGaps(2), 2],
    ['Weibull .3', weibullGaps(0.3), 0.3],
    ['Weibull 1', weibullGaps(1), 1],
    ['Weibull 2', weibullGaps(2), 2],
  ];

  test.each(kinds)('%s: mean 1, the cv asked for, and the mean wait from a random moment', (_name, gaps, cv) => {
    const from = stream('gaps', 'test');
    const draws = Float64Array.from({ length: 120_000 }, () => gaps.next(from));
    expect(Math.abs(mean(draws) - 1)).toBeLessThan(0.015);
    expect(Math.abs(Math.sqrt(variance(draws)) - cv)).toBeLessThan(0.02 + 0.03 * cv);
    // The mean residual life of a renewal process is (1 + cv²) / 2.
    const waits = Float64Array.from({ length: 120_000 }, () => gaps.first(from));
    expect(Math.abs(mean(waits) / ((1 + cv * cv) / 2) - 1)).toBeLessThan(0.05);
  });

  test.each(kinds)('%s: from a random moment on as many come as the rate says, from the beginning', (_name, gaps) => {
    const from = stream('counts', 'test');
    const counts = Float64Array.from({ length: 20_000 }, () => {
      const next = renewalTimes(gaps, from);
      let count = 0;
      while (next() <= 3) count++;
      return count;
    });
    expect(Math.abs(mean(counts) / 3 - 1)).toBeLessThan(0.04);
  });

  test('a Weibull of cv 1 is exponential, and extreme cvs have a shape', () => {
    const draws = (gaps: Gaps) => {
      const from = stream(1, 'same');
      return Array.from({ length: 100 }, () => gaps.next(from));
    };
    const exponential = draws(exponentialGaps);
    draws(weibullGaps(1)).forEach((gap, k) => {
      expect(gap).toBeCloseTo(exponential[k], 8);
    });
    for (const cv of [0.001, 0.01, 100, 10_000]) expect(draws(weibullGaps(cv)).every((gap) => gap >= 0)).toBe(true);
    // A Weibull of shape ½ is a squared exponential: its cv is √5.
    draws(weibullGaps(Math.sqrt(5))).forEach((gap, k) => {
      expect(gap).toBeCloseTo(exponential[k] ** 2 / 2, 8);
    });
  });
});

describe('processes by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arrivals-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const names = Object.keys(arrivalKinds).filter((name) => name !== 'at-once');

  test.each(names)(
    '%s: whole ascending µs, the rate asked for, and at another rate the same in another time',
    (name) => {
      fc.assert(
        fc.property(fc.integer(), fc.double({ min: 0.1, max: 100, noNaN: true }), (seed, rate) => {
          const times = arrivalKinds[name].make(rate)(200, stream(seed, 'a'));
          expect(times.every((time, k) => Number.isInteger(time) && time >= (k === 0 ? 0 : times[k - 1]))).toBe(true);
          expect(arrivalKinds[name].make(rate)(50, stream(seed, 'a'))).toEqual(times.slice(0, 50));
          const slower = arrivalKinds[name].make(rate / 8)(200, stream(seed, 'a'));
          expect(slower.every((time, k) => Math.abs(time - 8 * times[k]) <= 5)).toBe(true);
        }),
        { numRuns: 20, seed: 4 },
      );
      const times = arrivalKinds[name].make(5)(100_000, stream('rate', name));
      expect(Math.abs((1e6 * times.length) / times[times.length - 1] / 5 - 1)).toBeLessThan(0.03);
    },
  );

  test('all at once is time 0', () => {
    expect([...arrivalKinds['at-once'].make(3)(3, stream(1, 'a'))]).toEqual([0, 0, 0]);
  });

  test('parameters reach the process; those left out have their defaults', () => {
    const drawn = (name: string, values?: Record<string, number | string>) =>
      arrivalKinds[name].make(2, values)(300, stream(1, 'a'));
    expect(drawn('gamma', { cv: 3 })).toEqual(gammaArrivals(2, 3)(300, stream(1, 'a')));
    expect(drawn('gamma')).toEqual(gammaArrivals(2)(300, stream(1, 'a')));
    expect(drawn('weibull', { cv: 3 })).toEqual(weibullArrivals(2, 3)(300, stream(1, 'a')));
    expect(drawn('on-off')).toEqual(onOffArrivals(2)(300, stream(1, 'a')));
    expect(drawn('on-off', { shortest: 10, longest: 20, low: 0 })).toEqual(
      onOffArrivals(2, { phase: [10, 20], low: 0 })(300, stream(1, 'a')),
    );
    expect(drawn('mmpp', { phase: 30, high: 4 })).toEqual(
      onOffArrivals(2, { phase: 30, high: 4 })(300, stream(1, 'a')),
    );
    expect(drawn('curve', { rates: '4/0/2', window: 10 })).toEqual(drawn('curve', { rates: ' 4 /0/ 2', window: 10 }));
    expect([...deterministicArrivals(2)(3, stream(1, 'a'))]).toEqual([500_000, 1_000_000, 1_500_000]);
  });

  test('a curve can come from a file', () => {
    const file = join(folder, 'curve.yaml');
    writeFileSync(file, 'points:\n  - [0, 4]\n  - [10, 0]\n  - [20, 2]\nend: 30\n');
    const drawn = (values: Record<string, string | number>) => arrivalKinds.curve.make(2, values)(100, stream(1, 'a'));
    expect(drawn({ file })).toEqual(drawn({ rates: '4/0/2', window: 10 }));
    writeFileSync(file, 'points: [[0, 1], [5]]\nend: 30\n');
    expect(() => drawn({ file })).toThrow(
      `${file}: expected a rate curve { points: [[second, rate], …], end: second }`,
    );
    writeFileSync(file, 'just words');
    expect(() => drawn({ file })).toThrow('expected a rate curve');
  });

  test('on/off rates are scaled to the mean asked for', () => {
    const times = onOffArrivals(5, { high: 30, low: 10, phase: 50 })(100_000, stream(2, 'a'));
    expect(Math.abs((1e6 * times.length) / times[times.length - 1] / 5 - 1)).toBeLessThan(0.03);
    expect(cvOfGaps(times)).toBeGreaterThan(1.1);
  });

  test.each([
    ['weibull', { cv: 0 }, 'arrivals: cv is 0, expected a number in 0.001 … 10000'],
    ['gamma', { cv: -1 }, 'arrivals: cv is -1, expected a number > 0'],
    ['on-off', { low: -1 }, 'arrivals: low is -1, expected a number ≥ 0'],
    ['on-off', { shortest: 9, longest: 8 }, 'arrivals: longest phase is 8, expected a number ≥ 9'],
    ['mmpp', { phase: 0 }, 'arrivals: phase is 0, expected a number > 0'],
    ['curve', { rates: '1//2' }, 'arrivals: rates is "1//2", expected numbers ≥ 0 like 1/3/2'],
    ['curve', { rates: '0/0' }, 'rate curve: every rate is 0, expected one that is > 0'],
    ['curve', { file: '/nowhere.json' }, '/nowhere.json: no such file'],
  ] as const)('%s %j is refused', (name, values, message) => {
    expect(() => arrivalKinds[name].make(1, values)).toThrow(message);
  });

  test.each(names)('%s refuses a rate that is none', (name) => {
    expect(() => arrivalKinds[name].make(0)).toThrow('arrivals: rate is 0, expected a number > 0');
    expect(() => arrivalKinds[name].make(Number.NaN)).toThrow('arrivals: rate is NaN');
  });
});
