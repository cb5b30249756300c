import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { erf } from 'mathjs/number';
import { afterAll, describe, expect, test } from 'vitest';
import { normalQuantile, weightedIndex } from '../../../env/distributions.js';
import { luck } from '../../../env/random.js';
import {
  constantLength,
  histogramLengths,
  histogramOf,
  independentLengths,
  type LengthHistogram,
  type LengthMarginal,
  type LengthSampler,
  type Lengths,
  lengthKinds,
  lognormalLength,
  powerLawLength,
  quantileLength,
} from '../../../env/workloads/lengths.js';
import { mean, variance } from './moments.js';

const draw = (sampler: LengthSampler, count: number): Lengths[] => {
  const uniform = luck('lengths', 'test');
  return Array.from({ length: count }, (_, k) => sampler(uniform(k, 0), uniform(k, 1), uniform(k, 2)));
};
/** Mean of a marginal by the midpoint rule, finer towards the tail. */
const integral = ({ at }: LengthMarginal): number => {
  let sum = 0;
  for (let part = 1, width = 0.5; part <= 40; part++, width /= 2) {
    const from = 1 - 2 * width;
    for (let k = 0; k < 500; k++) sum += (at(from + ((k + 0.5) / 500) * width) * width) / 500;
  }
  return sum;
};

test('normalQuantile inverts the normal distribution', () => {
  for (const u of [1e-9, 1e-4, 0.01, 0.07, 0.08, 0.3, 0.5, 0.77, 0.93, 0.999, 1 - 1e-7]) {
    expect((0.5 * (1 + erf(normalQuantile(u) / Math.SQRT2))) / u).toBeCloseTo(1, 5);
  }
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
});

test('weightedIndex draws in proportion, never what has no weight', () => {
  const choose = weightedIndex([0, 1, 0, 3, 0]);
  expect([0, 0.2, 0.24999, 0.25, 0.9999].map(choose)).toEqual([1, 1, 1, 3, 3]);
  expect(() => weightedIndex([0, 0])).toThrow('weights: their sum is 0, expected a number > 0');
  expect(() => weightedIndex([1, -1])).toThrow('weights: number 2 is -1, expected a number ≥ 0');
});

describe('one length', () => {
  test.each([
    ['constant', constantLength(77), 1e-9],
    ['lognormal', lognormalLength({ mean: 800, cv: 0.7 }), 0.001],
    ['lognormal, wide', lognormalLength({ mean: 800, cv: 3 }), 0.005],
    ['power law', powerLawLength({ least: 10, most: 10_000, alpha: 1.5 }), 0.001],
    ['power law, alpha 1', powerLawLength({ least: 10, most: 10_000, alpha: 1 }), 0.001],
    ['power law, alpha below 1', powerLawLength({ least: 10, most: 10_000, alpha: 0.4 }), 0.001],
    ['quantiles', quantileLength({ probabilities: [0.1, 0.5, 0.9], tokens: [10, 100, 1000] }), 0.001],
  ])('%s: the mean in closed form is the integral of the quantiles, which do not fall', (_name, marginal, error) => {
    expect(Math.abs(integral(marginal) / marginal.mean - 1)).toBeLessThan(error);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (u, v) => (u <= v ? marginal.at(u) <= marginal.at(v) : marginal.at(u) >= marginal.at(v)),
      ),
      { seed: 4 },
    );
  });

  test('a lognormal has the cv asked for, a power law its tail and its limits', () => {
    const { at } = lognormalLength({ mean: 500, cv: 0.8 });
    const drawn = Float64Array.from({ length: 200_000 }, (_, k) => at((k + 0.5) / 200_000));
    expect(Math.sqrt(variance(drawn)) / mean(drawn)).toBeCloseTo(0.8, 2);
    const heavy = powerLawLength({ least: 10, most: 1e9, alpha: 1.2 });
    expect(heavy.at(1 - 10 ** -1.2)).toBeCloseTo(100, 4);
    expect(heavy.at(0)).toBe(10);
    expect(heavy.at(1) / 1e9).toBeCloseTo(1, 6);
  });

  test.each([
    [() => constantLength(0), 'lengths: tokens is 0, expected a number > 0'],
    [() => lognormalLength({ mean: Number.NaN, cv: 1 }), 'lengths: mean is NaN, expected a number > 0'],
    [() => lognormalLength({ mean: 1, cv: -1 }), 'lengths: cv is -1, expected a number > 0'],
    [() => powerLawLength({ least: 5, most: 5, alpha: 1 }), 'lengths: most is 5, expected a number > 5'],
    [() => powerLawLength({ least: 5, most: 9, alpha: 0 }), 'lengths: alpha is 0, expected a number > 0'],
    [
      () => quantileLength({ probabilities: [0], tokens: [1] }),
      '1 probabilities with 1 tokens, expected as many of each, ≥ 2',
    ],
    [
      () => quantileLength({ probabilities: [0, 0], tokens: [1, 2] }),
      'lengths: probability 2 is 0, expected a number > 0',
    ],
    [
      () => quantileLength({ probabilities: [0, 2], tokens: [1, 2] }),
      'lengths: probability 2 is 2, expected a number > 0',
    ],
    [() => quantileLength({ probabilities: [0, 1], tokens: [2, 1] }), 'lengths: tokens 2 is 1, expected a number ≥ 2'],
  ])('wrong parameters are refused in one sentence', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('two lengths', () => {
  test('independent ones are uncorrelated whole numbers with both means', () => {
    const marginals = [
      lognormalLength({ mean: 900, cv: 1 }),
      powerLawLength({ least: 5, most: 5000, alpha: 1.3 }),
    ] as const;
    const drawn = draw(independentLengths(...marginals), 40_000);
    const [prompts, outputs] = [drawn.map((d) => d.prompt), drawn.map((d) => d.output)];
    expect(
      drawn.every(
        ({ prompt, output }) => Number.isInteger(prompt) && prompt >= 1 && Number.isInteger(output) && output >= 1,
      ),
    ).toBe(true);
    expect(Math.abs(mean(prompts) / marginals[0].mean - 1)).toBeLessThan(0.02);
    expect(Math.abs(mean(outputs) / marginals[1].mean - 1)).toBeLessThan(0.1);
    const [p, o] = [prompts.map(Math.log), outputs.map(Math.log)];
    const [meanP, meanO] = [mean(p), mean(o)];
    const covariance = mean(p.map((x, k) => (x - meanP) * (o[k] - meanO)));
    expect(Math.abs(covariance / Math.sqrt(variance(p) * variance(o)))).toBeLessThan(0.03);
  });

  test('a histogram gives its cells in proportion, and all whole numbers of a bin', () => {
    const histogram: LengthHistogram = {
      promptEdges: [1, 3, 10],
      outputEdges: [5, 6, 8],
      counts: [
        [0, 3],
        [1, 0],
      ],
    };
    const drawn = draw(histogramLengths(histogram), 8000);
    const short = drawn.filter(({ prompt }) => prompt < 3);
    expect(Math.abs(short.length / 8000 - 0.75)).toBeLessThan(0.02);
    expect([...new Set(short.map(({ prompt, output }) => `${prompt}/${output}`))].sort()).toEqual([
      '1/6',
      '1/7',
      '2/6',
      '2/7',
    ]);
    expect(new Set(drawn.filter(({ prompt }) => prompt >= 3).map(({ output }) => output))).toEqual(new Set([5]));
    expect(Math.min(...drawn.map(({ prompt }) => prompt)) + Math.max(...drawn.map(({ prompt }) => prompt))).toBe(10);
  });

  test('the histogram of some requests counts each once, in a bin that holds it, and gives their means back', () => {
    const lengths = fc.record({ prompt: fc.integer({ min: 1, max: 500 }), output: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(
        fc.array(lengths, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        (requests, bins) => {
          const histogram = histogramOf(requests, bins);
          expect(histogram.counts.length).toBeLessThanOrEqual(bins + 1 + Math.log2(requests.length));
          expect(histogram.counts.flat().reduce((sum, n) => sum + n, 0)).toBe(requests.length);
          const sampler = histogramLengths(histogram);
          for (const { prompt, output } of draw(sampler, 20)) {
            expect(prompt).toBeLessThanOrEqual(Math.max(...requests.map((r) => r.prompt)));
            expect(output).toBeGreaterThanOrEqual(Math.min(...requests.map((r) => r.output)));
          }
        },
      ),
      { seed: 4 },
    );
    // Long answers to short questions: the histogram keeps the dependence.
    const source = draw(independentLengths(lognormalLength({ mean: 400, cv: 1 }), constantLength(1)), 4000);
    const given = source.map(({ prompt }) => ({ prompt, output: Math.max(1, Math.round(40_000 / prompt)) }));
    const drawn = draw(histogramLengths(histogramOf(given)), 40_000);
    expect(Math.abs(mean(drawn.map((d) => d.prompt)) / mean(given.map((d) => d.prompt)) - 1)).toBeLessThan(0.02);
    const product = (list: readonly Lengths[]) => mean(list.map((d) => Math.log(d.prompt) * Math.log(d.output)));
    expect(Math.abs(product(drawn) / product(given) - 1)).toBeLessThan(0.02);
  });

  test.each([
    [
      { promptEdges: [1], outputEdges: [1, 2], counts: [[1]] },
      'lengths: promptEdges has 1 numbers, expected at least 2',
    ],
    [
      { promptEdges: [0, 2], outputEdges: [1, 2], counts: [[1]] },
      'number 1 of promptEdges is 0, expected a whole number ≥ 1',
    ],
    [
      { promptEdges: [1, 2], outputEdges: [4, 4], counts: [[1]] },
      'number 2 of outputEdges is 4, expected a whole number ≥ 5',
    ],
    [{ promptEdges: [1, 2], outputEdges: [1, 2], counts: [[1], [2]] }, 'counts has rows of 1, 1, expected 1 rows of 1'],
    [{ promptEdges: [1, 2], outputEdges: [1, 2], counts: [[0]] }, 'weights: their sum is 0'],
  ] as [LengthHistogram, string][])('the histogram %j is refused', (histogram, message) => {
    expect(() => histogramLengths(histogram)).toThrow(message);
  });

  test('histograms of nothing are refused', () => {
    expect(() => histogramOf([])).toThrow('lengths: a histogram of no requests, expected at least 1');
    expect(() => histogramOf([{ prompt: 1, output: 1 }], 0)).toThrow('lengths: bins is 0, expected a whole number ≥ 1');
  });
});

describe('lengths by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lengths-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'table.json');

  test.each(Object.keys(lengthKinds).filter((name) => !('file' in lengthKinds[name].parameters)))(
    '%s draws whole numbers ≥ 1 with its defaults',
    (name) => {
      const drawn = draw(lengthKinds[name].make(), 2000);
      expect(drawn.every(({ prompt, output }) => [prompt, output].every((n) => Number.isInteger(n) && n >= 1))).toBe(
        true,
      );
    },
  );

  test('parameters and tables reach the sampler', () => {
    const means = (name: string, values: Record<string, number | string>) => {
      const drawn = draw(lengthKinds[name].make(values), 20_000);
      return [mean(drawn.map((d) => d.prompt)), mean(drawn.map((d) => d.output))].map(Math.round);
    };
    expect(means('constant', { prompt: 9 })).toEqual([9, 128]);
    expect(means('lognormal', { prompt: 100, promptCv: 0.001, output: 50, outputCv: 0.001 })).toEqual([100, 50]);
    expect(means('power-law', { promptLeast: 10, promptMost: 11, outputLeast: 20, outputMost: 21 })).toEqual([10, 20]);
    writeFileSync(file, '{"promptEdges": [7, 8], "outputEdges": [3, 4], "counts": [[2]]}');
    expect(means('histogram', { file })).toEqual([7, 3]);
    const table = { probabilities: [0, 1], tokens: [4, 4] };
    writeFileSync(file, JSON.stringify({ prompt: table, output: { ...table, tokens: [6, 6] } }));
    expect(means('quantiles', { file })).toEqual([4, 6]);
  });

  test('a table that is none is refused with its file', () => {
    writeFileSync(file, '{"prompt": {"probabilities": [0, 1], "tokens": [1, "x"]}}');
    expect(() => lengthKinds.quantiles.make({ file })).toThrow(
      `${file}: expected numbers under prompt, output, found none`,
    );
    expect(() => lengthKinds.histogram.make({ file })).toThrow(
      'expected numbers under promptEdges, outputEdges, counts',
    );
    expect(() => lengthKinds.histogram.make()).toThrow(
      'lengths: file is empty, expected the name of a JSON or YAML file',
    );
  });
});
