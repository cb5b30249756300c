import { describe, expect, test } from 'vitest';
import { quantileTable } from '../../../env/distributions.js';
import { luck, stream } from '../../../env/random.js';
import { depthAcceptance, eagleParameters } from '../../../env/workloads/acceptance/depth.js';
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
import { meanTokensPerStep } from './tokens-per-step.js';

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

describe('acceptance by depth', () => {
  interface EagleStatistics {
    readonly output_tokens: { readonly q21: readonly number[] };
    readonly data: { readonly k5_quarter_means: readonly number[] };
    readonly reproduction: {
      readonly k_means: Record<string, { data: number }>;
      readonly k_sds: Record<string, { data: number; model: number }>;
    };
  }
  const statistics = (set: 'sharegpt' | 'gsm8k') =>
    derived<{ sets: Record<string, { eagle: EagleStatistics }> }>('acceptance').sets[set].eagle;
  /** Requests with the recorded output lengths. */
  const requests = (set: 'sharegpt' | 'gsm8k', count: number) => {
    const { q21 } = statistics(set).output_tokens;
    const length = quantileTable(
      range(21).map((k) => k / 20),
      q21,
    );
    return {
      key: Float64Array.from(range(count)),
      outputTokens: Int32Array.from(range(count), (k) => Math.round(length((k + 0.5) / count))),
    };
  };

  test.each(['sharegpt', 'gsm8k'] as const)('%s: tokens per step of the data', (set) => {
    const some = requests(set, 1500);
    const acceptance = depthAcceptance(some, 'statistics', eagleParameters(set));
    const drafts = [1, 3, 5, 7];
    const { mean, sd } = meanTokensPerStep(acceptance, some.outputTokens, drafts);
    const { k_means, k_sds } = statistics(set).reproduction;
    drafts.forEach((k, i) => {
      expect(Math.abs(mean[i] / k_means[`k${k}`].data - 1)).toBeLessThan(0.015);
      expect(Math.abs(sd[i] / k_sds[`k${k}`].model - 1)).toBeLessThan(0.1);
    });
  });

  test('acceptance drifts upwards within a request', () => {
    const some = requests('sharegpt', 1500);
    const acceptance = depthAcceptance(some, 'drift');
    const sums = new Float64Array(4);
    const counts = new Float64Array(4);
    some.outputTokens.forEach((length, row) => {
      if (length < 40) return;
      const own = { sums: new Float64Array(4), counts: new Float64Array(4) };
      for (let at = 0; at < length; ) {
        const quarter = Math.floor((4 * at) / length);
        const tokens = 1 + acceptance.accepted(row, at, 0, 5);
        own.sums[quarter] += tokens;
        own.counts[quarter]++;
        at += tokens;
      }
      for (let quarter = 0; quarter < 4; quarter++) {
        if (own.counts[quarter] === 0) continue;
        sums[quarter] += own.sums[quarter] / own.counts[quarter];
        counts[quarter]++;
      }
    });
    statistics('sharegpt').data.k5_quarter_means.forEach((value, quarter) => {
      expect(Math.abs(sums[quarter] / counts[quarter] / value - 1)).toBeLessThan(0.05);
    });
    expect(sums[3] / counts[3]).toBeGreaterThan(1.1 * (sums[0] / counts[0]));
  });

  test('luck belongs to key and position: not to order, row, or the number of drafts', () => {
    const some = { key: Float64Array.from([7, 8, 9]), outputTokens: Int32Array.from([300, 50, 120]) };
    const turned = { key: Float64Array.from([9, 7]), outputTokens: Int32Array.from([120, 300]) };
    const forward = depthAcceptance(some, 1);
    const backward = depthAcceptance(turned, 1);
    const seen = range(300).map((at) => forward.accepted(0, at, 0, 20));
    for (const at of range(300).reverse()) {
      for (const drafts of [1, 4, 20]) expect(backward.accepted(1, at, 99, drafts)).toBe(Math.min(drafts, seen[at]));
    }
    const other = depthAcceptance(some, 2);
    expect(range(300).map((at) => other.accepted(0, at, 0, 20))).not.toEqual(seen);
    expect(range(120).map((at) => forward.accepted(2, at, 0, 20))).not.toEqual(seen.slice(0, 120));
  });

  test('lists that are forgotten come back the same', () => {
    const some = requests('gsm8k', 20);
    const roomy = depthAcceptance(some, 1);
    const tight = depthAcceptance(some, 1, eagleParameters(), 300);
    for (const row of [...range(20), ...range(20)]) {
      for (const at of [0, 17, 40]) expect(tight.accepted(row, at, 0, 9)).toBe(roomy.accepted(row, at, 0, 9));
    }
  });

  test('nothing is accepted beyond the end, and at most the deepest draft', () => {
    const certain = { ...eagleParameters(), beta: [50] };
    const sure = depthAcceptance({ key: [1] as unknown as Float64Array, outputTokens: Int32Array.of(30) }, 1, certain);
    expect(sure.accepted(0, 0, 0, 31)).toBe(20);
    expect(sure.accepted(0, 30, 0, 5)).toBe(0);
  });
});
