import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stream } from '../../../env/random.js';
import { curveArea } from '../../../env/workloads/arrivals/rate-curve.js';
import {
  azureMinuteArrivals,
  azureRate,
  constantGaps,
  curveRate,
  gammaGaps,
  type RateCurve,
  rateCurveArrivals,
} from '../../../env/workloads/arrivals.js';
import { derived } from '../../../env/workloads/derived.js';
import { dispersion, mean } from './moments.js';

/** 4 a second, then none, then 2; 15 in half a minute … all of it in 30 s. */
const steps: RateCurve = {
  points: [
    [0, 4],
    [10, 0],
    [20, 2],
  ],
  end: 30,
};

const curves: fc.Arbitrary<RateCurve> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 50 })), { minLength: 1, maxLength: 8 })
  .filter((windows) => windows.some(([, rate]) => rate > 0))
  .map((windows) => {
    let second = 0;
    const points = windows.map(([length, rate]) => {
      const point = [second, rate] as const;
      second += length;
      return point;
    });
    return { points, end: second };
  });

describe('a rate curve', () => {
  test('area and its inverse, by hand and repeated', () => {
    const area = curveArea(steps);
    expect([area.total, area.upTo(5), area.upTo(15), area.upTo(25), area.upTo(35)]).toEqual([60, 20, 40, 50, 80]);
    expect([area.secondAt(20), area.secondAt(50), area.secondAt(80)]).toEqual([5, 25, 35]);
    expect(area.secondAt(40)).toBe(20);
    expect(curveRate(steps)).toBe(2);
  });

  test('going to an area and back is the identity where the rate is above 0; the inverse ascends', () => {
    fc.assert(
      fc.property(curves, fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 2 }), (curve, passages) => {
        const area = curveArea(curve);
        let before = -1;
        for (const passage of passages.sort((a, b) => a - b)) {
          const second = area.secondAt(passage * area.total);
          expect(area.upTo(second) / area.total).toBeCloseTo(passage, 8);
          expect(second).toBeGreaterThanOrEqual(before - 1e-6);
          before = second;
        }
      }),
      { seed: 4 },
    );
  });

  test('constant gaps follow the curve exactly, from where they are told to start', () => {
    const seconds = (start: number, count: number, rate = 2) =>
      [...rateCurveArrivals(rate, steps, { gaps: constantGaps, start })(count, stream(1, 'a'))].map((t) => t / 1e6);
    expect(seconds(8, 10)).toEqual([0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 12, 12.5, 13]);
    // Twice the mean rate: the curve runs twice as fast.
    expect(seconds(8, 10, 4)).toEqual([0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 12, 12.5, 13].map((t) => t / 2));
    expect(seconds(38, 3)).toEqual(seconds(8, 3));
  });

  test('counts by window follow the curve, bursty gaps or not', () => {
    for (const cv of [0.5, 1, 3]) {
      const counts = [0, 0, 0];
      const process = rateCurveArrivals(2, steps, { gaps: gammaGaps(cv), start: 0 });
      for (const time of process(60_000, stream(cv, 'counts'))) counts[Math.floor(((time / 1e6) % 30) / 10)]++;
      expect(counts[1]).toBe(0);
      expect(Math.abs(counts[0] / 40_000 - 1)).toBeLessThan(0.04);
      expect(Math.abs(counts[2] / 20_000 - 1)).toBeLessThan(0.06);
    }
  });

  test.each([
    [{ points: [], end: 1 }, 'rate curve: the number of points is 0, expected at least 1'],
    [{ points: [[1, 1]], end: 2 }, 'rate curve: the second of the first point is 1, expected 0'],
    [
      {
        points: [
          [0, 1],
          [0, 2],
        ],
        end: 2,
      },
      'rate curve: the second of point 2 is 0, expected a number > 0',
    ],
    [{ points: [[0, -1]], end: 2 }, 'rate curve: the rate of point 1 is -1, expected a number ≥ 0'],
    [{ points: [[0, 1]], end: 0 }, 'rate curve: the end is 0, expected a number > 0'],
    [{ points: [[0, 0]], end: 1 }, 'rate curve: every rate is 0, expected one that is > 0'],
  ] as [RateCurve, string][])('%j is refused', (curve, message) => {
    expect(() => rateCurveArrivals(1, curve)).toThrow(message);
  });

  test('a start that is none is refused', () => {
    expect(() => rateCurveArrivals(1, steps, { start: -1 })).toThrow('arrivals: start is -1, expected a number ≥ 0');
  });
});

test('Azure by minute: variance / mean of counts within 10 % of the recorded one at windows of 1 … 300 s', () => {
  const { dispersion_by_window_s: recorded } = derived<{
    arrivals: { dispersion_by_window_s: Record<string, number> };
  }>('azure-conv').arrivals;
  // The recorded figures are those of windows from the start of the hour; 24,000 requests reach beyond its end.
  const hours = Array.from({ length: 30 }, (_, seed) => azureMinuteArrivals(azureRate(), 0)(24_000, stream(seed, 'a')));
  for (const [seconds, value] of Object.entries(recorded)) {
    const drawn = mean(hours.map((times) => dispersion(times, Number(seconds), 3502)));
    expect(Math.abs(drawn / value - 1)).toBeLessThan(0.1);
  }
});
