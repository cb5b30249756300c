/** Quantiles, ranks and correlations against recordings of numpy and scipy. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readData } from '../../../env/files.js';
import { goldenFolder } from '../../../experiments/golden/files.js';
import { averageRanks, kendallTauB, pearson, spearman } from '../../../experiments/statistics/correlation.js';
import { quantile, trimmedMean } from '../../../experiments/statistics/quantile.js';

interface OneSample {
  readonly name: string;
  readonly x: readonly number[];
  readonly quantiles: { readonly q: readonly number[]; readonly linear: readonly number[] };
  readonly trim_mean: Readonly<Record<string, number>>;
}
interface TwoSamples {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly pearson: number | 'NaN';
  readonly spearman: number | 'NaN';
  readonly kendall_tau_b: number | 'NaN';
}

const file = join(goldenFolder() ?? '', 'rl-math/statistics.json');
const recorded = existsSync(file)
  ? (readData(file) as { one_sample: OneSample[]; two_samples: TwoSamples[] })
  : { one_sample: [], two_samples: [] };

const near = (ours: number, theirs: number | 'NaN'): void => {
  if (theirs === 'NaN') expect(ours).toBeNaN();
  else expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(theirs)));
};

describe.skipIf(recorded.one_sample.length === 0)('recorded statistics', () => {
  it.each(recorded.one_sample)('of one sample: $name', ({ x, quantiles, trim_mean }) => {
    quantiles.q.forEach((q, k) => {
      near(quantile(x, q), quantiles.linear[k]);
    });
    for (const [share, mean] of Object.entries(trim_mean)) near(trimmedMean(x, Number(share)), mean);
  });

  it.each(recorded.two_samples)('of two samples: $name', (sample) => {
    near(pearson(sample.x, sample.y), sample.pearson);
    near(spearman(sample.x, sample.y), sample.spearman);
    near(kendallTauB(sample.x, sample.y), sample.kendall_tau_b);
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
