/** Scores of answers about lengths, where they are known. */
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../env/distributions.js';
import { stream } from '../../../env/random.js';
import { adapted, exchangeable, PROMISES, transferred } from '../../../experiments/predictors/coverage.js';
import { intervalOf, scored, scoresOf } from '../../../experiments/predictors/scores.js';
import { LEVELS, type LengthExample } from '../../../predictors/length/model.js';

/** Answers that are log-normal around exp(5 + effect of the prompt), as a model that knows this says. */
function answers({ prompts = 200, each = 10, sigma = 0.5, off = 0, declared = Infinity, seed = 1 } = {}) {
  const { next } = stream(seed, 'scores');
  const examples: LengthExample[] = [];
  const quantiles: number[] = [];
  const cut: number[] = [];
  for (let prompt = 0; prompt < prompts; prompt++) {
    const log = 5 + normalQuantile((prompt + 0.5) / prompts);
    for (let k = 0; k < each; k++) {
      const length = Math.max(1, Math.exp(log + sigma * normalQuantile(next())));
      const outputTokens = Math.min(length, declared);
      examples.push({
        text: `prompt ${prompt}`,
        promptTokens: 10,
        declared,
        model: `model ${k % 3}`,
        outputTokens,
        censored: length >= declared,
      });
      for (const level of LEVELS) {
        const quantile = Math.exp(log + off + sigma * normalQuantile(level));
        quantiles.push(Math.min(quantile, declared));
        cut.push(quantile >= declared ? 1 : 0);
      }
    }
  }
  return scored({ examples, quantiles: Float64Array.from(quantiles), cut: Uint8Array.from(cut) });
}

describe('scores', () => {
  it('a model that knows the distribution has its R², and the coverage that it states', () => {
    const scores = scoresOf(answers({ prompts: 500, each: 20 }));
    expect(scores.r2Log).toBeCloseTo(1 / 1.25, 1); // variance 1 between prompts, .25 within
    expect(scores.rmseLog).toBeCloseTo(0.5, 1);
    expect(scores.ece).toBeLessThan(0.01);
    scores.coverage.forEach((share, k) => {
      expect(Math.abs(share - LEVELS[k])).toBeLessThan(0.02);
    });
    expect(scores.spearman).toBeGreaterThan(0.87);
    expect(scores.kendall).toBeLessThan(scores.spearman);
  });

  it('one that is off is worse in all that looks at values, and not in order', () => {
    const [right, off] = [scoresOf(answers()), scoresOf(answers({ off: 0.7 }))];
    expect(off.spearman).toBe(right.spearman);
    for (const figure of ['mae', 'rmseLog', 'pinball', 'ece'] as const)
      expect(off[figure]).toBeGreaterThan(right[figure]);
    expect(off.r2Log).toBeLessThan(right.r2Log);
  });

  it('answers that were cut are met by beliefs that are cut: coverage stays what it is', () => {
    const { coverage, ece } = scoresOf(answers({ prompts: 500, each: 20, declared: 150 }));
    expect(ece).toBeLessThan(0.015);
    expect(Math.abs(coverage[9] - 0.5)).toBeLessThan(0.03);
  });

  it('the interval of a difference to itself is 0, to a worse model it is on one side', () => {
    const [right, off] = [answers(), answers({ off: 0.7 })];
    expect(intervalOf('r2Log', right, right, { resamples: 50 })).toEqual({ value: 0, low: 0, high: 0 });
    expect(intervalOf('r2Log', right, off, { resamples: 50 }).low).toBeGreaterThan(0);
    expect(intervalOf('spearmanWithin', right, undefined, { resamples: 50 }).low).toBeGreaterThan(0.8);
  });
});

describe('upper bounds', () => {
  const [here, there] = [answers({ each: 20 }), answers({ each: 20, sigma: 1, off: -0.5, seed: 2 })];

  it('keep their promise within 1 % where answers are exchangeable', () => {
    exchangeable(here, 0).kept.forEach((share, k) => {
      expect(Math.abs(share - PROMISES[k])).toBeLessThan(0.01);
    });
  });

  it('break it where they are not, and keep it again if outcomes correct them', () => {
    const off = transferred('', here, there).kept;
    const corrected = adapted('', here, there, 0).kept;
    PROMISES.forEach((promise, k) => {
      expect(off[k]).toBeLessThan(promise - 0.05);
      expect(Math.abs(corrected[k] - promise)).toBeLessThan(0.02);
    });
  });
});
