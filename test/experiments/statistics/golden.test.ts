/**
 * Quantiles, correlations, the paired bootstrap and Jain's index against recordings of numpy and scipy. Other recordings of theirs (standard
 * deviations, Wilcoxon's signed ranks, Mann and Whitney's U) have nothing here to be held against: whether a difference is more than chance is
 * said by intervals of the paired bootstrap alone, no test by ranks is used.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { normalTail } from '../../../env/distributions.js';
import { readData } from '../../../env/files.js';
import { createSeries, push } from '../../../env/serving/spread.js';
import { jainOf } from '../../../env/serving/summary.js';
import { bootstrap } from '../../../experiments/bootstrap.js';
import { goldenFolder } from '../../../experiments/golden/files.js';
import { averageRanks, kendallTauB, pearson, spearman } from '../../../experiments/statistics/correlation.js';
import { quantile, trimmedMean } from '../../../experiments/statistics/quantile.js';

interface OneSample {
  readonly name: string;
  readonly x: readonly number[];
  readonly quantiles: { readonly q: readonly number[]; readonly linear: readonly number[] };
  readonly trim_mean: Readonly<Record<string, number>>;
  readonly jain: number | 'NaN';
}
interface TwoSamples {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly pearson: number | 'NaN';
  readonly spearman: number | 'NaN';
  readonly kendall_tau_b: number | 'NaN';
}

interface Pairs {
  readonly name: string;
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly mean_difference: number;
  readonly ci95: readonly [low: number, high: number];
  /** How far apart the ends are of three seeds. */
  readonly spread_of_3_seeds: readonly [low: number, high: number];
}
interface Recorded {
  readonly one_sample: readonly OneSample[];
  readonly two_samples: readonly TwoSamples[];
  readonly paired_bootstrap: readonly Pairs[];
  readonly jain: readonly { readonly shares: readonly number[]; readonly jain: number }[];
}

const file = join(goldenFolder() ?? '', 'rl-math/statistics.json');
const recorded: Recorded = existsSync(file)
  ? (readData(file) as Recorded)
  : { one_sample: [], two_samples: [], paired_bootstrap: [], jain: [] };

/** The 97.5 % quantile of Student's t with n − 1 degrees of freedom, from tables. */
const T975: Readonly<Record<number, number>> = { 12: 2.200985, 30: 2.04523 };

const near = (ours: number, theirs: number | 'NaN'): void => {
  if (theirs === 'NaN') expect(ours).toBeNaN();
  else expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(theirs)));
};

/** The index of speeds: a slowdown is what a speed is 1 divided by. */
function jain(speeds: readonly number[]): number {
  const slowdowns = createSeries();
  for (const speed of speeds) push(slowdowns, 1 / speed);
  return jainOf(slowdowns);
}

describe.skipIf(recorded.one_sample.length === 0)('recorded statistics', () => {
  it.each(recorded.one_sample)('of one sample: $name', ({ x, quantiles, trim_mean, jain: fairness }) => {
    quantiles.q.forEach((q, k) => {
      near(quantile(x, q), quantiles.linear[k]);
    });
    for (const [share, mean] of Object.entries(trim_mean)) near(trimmedMean(x, Number(share)), mean);
    near(jain(x), fairness);
  });

  it.each(recorded.two_samples)('of two samples: $name', (sample) => {
    near(pearson(sample.x, sample.y), sample.pearson);
    near(spearman(sample.x, sample.y), sample.spearman);
    near(kendallTauB(sample.x, sample.y), sample.kendall_tau_b);
  });

  it.each(recorded.jain)('fairness of $shares', ({ shares, jain: index }) => near(jain(shares), index));

  it.each(recorded.paired_bootstrap)('means of paired differences: $name', ({ a, b, mean_difference, ...theirs }) => {
    const drawn: number[] = [];
    const mean = (units: Int32Array): number => {
      const value = units.reduce((sum, unit) => sum + a[unit] - b[unit], 0) / units.length;
      drawn.push(value);
      return value;
    };
    const { value, low, high } = bootstrap(a.length, mean, { resamples: 50_000 });
    drawn.shift(); // of all pairs as they are
    expect(drawn).toHaveLength(50_000);
    near(value, mean_difference);
    const percentiles = [quantile(drawn, 0.025), quantile(drawn, 0.975)];
    for (const [k, end] of percentiles.entries())
      expect(Math.abs(end - theirs.ci95[k])).toBeLessThanOrEqual(3 * theirs.spread_of_3_seeds[k]);
    // Ours is wider: its tail is expanded as that of a t interval is.
    const t = T975[a.length];
    const tail = normalTail(Math.sqrt(a.length / (a.length - 1)) * t);
    expect(Math.abs(low - quantile(drawn, tail))).toBeLessThanOrEqual(theirs.spread_of_3_seeds[0]);
    expect(Math.abs(high - quantile(drawn, 1 - tail))).toBeLessThanOrEqual(theirs.spread_of_3_seeds[1]);
    expect([low < percentiles[0], high > percentiles[1]]).toEqual([true, true]);
  });
});

it('shares ranks among equals', () => {
  expect([...averageRanks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
});

it('a column without spread agrees with nothing', () => {
  expect(spearman([1, 1, 1], [1, 2, 3])).toBeNaN();
  expect(kendallTauB([1, 1, 1], [1, 2, 3])).toBeNaN();
});

it('says what does not fit', () => {
  expect(() => quantile([], 0.5)).toThrow('at least one value');
  expect(() => quantile([1], 2)).toThrow('expected 0 … 1');
  expect(() => spearman([1], [1, 2])).not.toThrow('undefined');
  expect(() => pearson([1], [1, 2])).toThrow('got 1 and 2');
});
