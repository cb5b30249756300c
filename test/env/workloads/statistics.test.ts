import { describe, expect, test } from 'vitest';
import { luck, stream } from '../../../env/random.js';
import {
  type ArrivalProcess,
  arriveAtOnce,
  azureMinuteArrivals,
  gammaArrivals,
  onOffArrivals,
  poissonArrivals,
} from '../../../env/workloads/arrivals.js';
import { derived } from '../../../env/workloads/derived.js';
import { gamma } from '../../../env/workloads/gamma.js';
import { type LengthSet, lengthSampler, lengthSets } from '../../../env/workloads/lengths.js';

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);
const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum / values.length;
};
const varianceOf = (values: ArrayLike<number>): number => {
  const m = meanOf(values);
  return meanOf(Array.from(values, (v) => (v - m) ** 2));
};
const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const [ma, mb] = [meanOf(a), meanOf(b)];
  const covariance = meanOf(Array.from(a, (v, k) => (v - ma) * (b[k] - mb)));
  return covariance / Math.sqrt(varianceOf(a) * varianceOf(b));
};
/** Ranks 0 … n − 1; equal values in order of appearance. */
const ranks = (values: readonly number[]): Float64Array => {
  const rank = new Float64Array(values.length);
  range(values.length)
    .sort((a, b) => values[a] - values[b] || a - b)
    .forEach((row, k) => {
      rank[row] = k;
    });
  return rank;
};

describe('arrivals', () => {
  const gaps = (times: Float64Array): Float64Array => times.slice(1).map((time, k) => time - times[k]);
  const cv = (times: Float64Array): number => Math.sqrt(varianceOf(gaps(times))) / meanOf(gaps(times));
  /** Variance / mean of the counts in windows of so many seconds. */
  const dispersion = (times: Float64Array, seconds: number): number => {
    const counts = new Float64Array(Math.floor(times[times.length - 1] / (1e6 * seconds)));
    for (const time of times) {
      const bin = Math.floor(time / (1e6 * seconds));
      if (bin < counts.length) counts[bin]++;
    }
    return varianceOf(counts) / meanOf(counts);
  };

  test.each([
    ['Poisson', poissonArrivals(5), 1],
    ['Gamma, more bursty', gammaArrivals(5, 2), 2],
    ['Gamma, more even', gammaArrivals(5, 0.5), 0.5],
    ['Gamma, Azure', gammaArrivals(5), 1.0715],
    // A gap is exponential with the rate of its phase: 85 % of requests come at 1.7, 15 % at .3, which gives E[gap²] = 2 (.85/1.7² + .15/.3²).
    ['on/off', onOffArrivals(5), Math.sqrt(2 * (0.85 / 1.7 ** 2 + 0.15 / 0.3 ** 2) - 1)],
    [
      'on/off, exponential phases',
      onOffArrivals(5, { phase: 200 }),
      Math.sqrt(2 * (0.85 / 1.7 ** 2 + 0.15 / 0.3 ** 2) - 1),
    ],
    ['Azure by minute', azureMinuteArrivals(5), 1.1],
  ] as [string, ArrivalProcess, number][])('%s: mean rate and variation of the gaps', (_name, process, expected) => {
    const times = process(100_000, stream('arrivals', 'test'));
    expect(times.every((time, k) => Number.isInteger(time) && time >= (k ? times[k - 1] : 0))).toBe(true);
    expect((1e6 * times.length) / times[times.length - 1] / 5).toBeCloseTo(1, 1);
    expect(cv(times) / expected).toBeCloseTo(1, 1.3);
  });

  test('Azure by minute has the recorded dispersion of counts; a stationary process has not', () => {
    const { rate_per_s: rate, dispersion_by_window_s: recorded } = derived<{
      arrivals: { rate_per_s: number; dispersion_by_window_s: Record<string, number> };
    }>('azure-conv').arrivals;
    const times = azureMinuteArrivals(rate)(200_000, stream(1, 'test'));
    const stationary = gammaArrivals(rate)(200_000, stream(1, 'test'));
    for (const [seconds, value] of Object.entries(recorded)) {
      // The recorded hour has only eleven windows of 300 s.
      const tolerance = Number(seconds) > 60 ? 0.35 : 0.15;
      expect(Math.abs(dispersion(times, Number(seconds)) / value - 1)).toBeLessThan(tolerance);
    }
    expect(dispersion(stationary, 60)).toBeLessThan(1.5);
  });

  test('the same stream gives the same times, another seed others, a longer list begins with the shorter one', () => {
    for (const process of [poissonArrivals(2), gammaArrivals(2), onOffArrivals(2), azureMinuteArrivals(2)]) {
      const times = process(50, stream(1, 'a'));
      expect(process(50, stream(1, 'a'))).toEqual(times);
      expect(process(80, stream(1, 'a')).slice(0, 50)).toEqual(times);
      expect(process(50, stream(2, 'a'))).not.toEqual(times);
    }
    expect([...arriveAtOnce(3, stream(1, 'a'))]).toEqual([0, 0, 0]);
  });

  test('rates that are none are refused', () => {
    expect(() => poissonArrivals(0)).toThrow('arrivals: rate is 0, expected a number > 0');
    expect(() => gammaArrivals(1, Number.NaN)).toThrow('arrivals: cv is NaN, expected a number > 0');
    expect(() => onOffArrivals(1, { low: -1 })).toThrow('arrivals: low is -1, expected a number ≥ 0');
    expect(() => onOffArrivals(1, { phase: 0 })).toThrow('arrivals: phase is 0, expected a number > 0');
  });

  test.each([0.3, 0.871, 1, 2.5, 40])(
    'Gamma of shape %d has mean and variance of that size, and its skewness',
    (shape) => {
      const from = stream('gamma', 'test');
      const draws = Float64Array.from({ length: 100_000 }, () => gamma(shape, from));
      expect(meanOf(draws) / shape).toBeCloseTo(1, 1.5);
      expect(varianceOf(draws) / shape).toBeCloseTo(1, 1.2);
      const skew = meanOf(draws.map((v) => (v - shape) ** 3)) / shape ** 1.5;
      expect(Math.abs(skew / (2 / Math.sqrt(shape)) - 1)).toBeLessThan(0.15);
    },
  );
});

describe('lengths', () => {
  test.each([
    ['azure', 0.07275],
    ['sharegpt', 0.15],
    ['arxiv', -0.1138],
  ] as [LengthSet, number][])('%s: means, quantiles and rank correlation of the data', (set, spearman) => {
    const statistics = lengthSets[set]() as ReturnType<typeof lengthSets.azure> &
      Record<'prompt' | 'output', { mean: number }>;
    const sampler = lengthSampler(statistics);
    const uniform = luck('lengths', set);
    const drawn = range(50_000).map((k) => sampler(uniform(k, 0), uniform(k, 1), uniform(k, 2)));
    for (const side of ['prompt', 'output'] as const) {
      const tokens = drawn.map((lengths) => lengths[side]);
      const sorted = Float64Array.from(tokens).sort();
      expect(tokens.every((n) => Number.isInteger(n) && n >= 1)).toBe(true);
      if (set !== 'sharegpt') expect(Math.abs(meanOf(tokens) / statistics[side].mean - 1)).toBeLessThan(0.02);
      // Between two table points next to it, with room for the error of 50,000 draws.
      for (const percent of [10, 25, 50, 75, 90, 98]) {
        const value = sorted[Math.floor((percent / 100) * sorted.length)];
        expect(value).toBeGreaterThanOrEqual(statistics[side].q101[percent - 1] - 1);
        expect(value).toBeLessThanOrEqual(statistics[side].q101[percent + 1] + 1);
      }
    }
    const rank = correlation(ranks(drawn.map((d) => d.prompt)), ranks(drawn.map((d) => d.output)));
    expect(Math.abs(rank - spearman)).toBeLessThan(0.02);
  });
});
