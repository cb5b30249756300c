/** Both fitted generators against the recorded statistics: tokens per step, drift, and how little the first steps say. */
import { describe, expect, test } from 'vitest';
import { meanTokensPerStep } from '../tokens-per-step.js';
import { earlyErrors, type FitDraft, type FitSet, fitOf, generated, quarterMeans } from './generated.js';

const long = process.env.SERVEGYM_LONG !== undefined;
const fits: [FitSet, FitDraft][] = [
  ['sharegpt', 'eagle'],
  ['sharegpt', 'ngram'],
  ['gsm8k', 'eagle'],
  ['gsm8k', 'ngram'],
];
const DRAFTS = [1, 3, 5, 7];

describe.each(fits)('%s, %s', (set, draft) => {
  const { reproduction } = fitOf(set, draft);
  const some = generated(set, draft, long ? 60_000 : 1500);
  const few = long ? generated(set, draft, 1500) : some;

  test('tokens per step have the recorded means, and the spread over requests of the fit', () => {
    const count = some.outputTokens.length;
    const { mean: means, sd } = meanTokensPerStep(some.acceptance, some.outputTokens, DRAFTS);
    DRAFTS.forEach((k, i) => {
      const { data } = reproduction.k_means[`k${k}`];
      const error = sd[i] / Math.sqrt(count);
      expect(Math.abs(means[i] - data)).toBeLessThan(0.005 * data + 3 * error);
      expect(Math.abs(sd[i] / reproduction.k_sds[`k${k}`].model - 1)).toBeLessThan(0.1);
    });
  });

  test('acceptance drifts upwards within an answer', () => {
    const quarters = quarterMeans(few);
    reproduction.quarter_means.model.forEach((expected, q) => {
      expect(Math.abs(quarters[q] / expected - 1)).toBeLessThan(0.03);
    });
    expect(quarters[3]).toBeGreaterThan(1.04 * quarters[0]);
  });

  // On the recorded lists themselves this count gives up to a quarter less than the published figures (GSM8K, 40 steps of about 60).
  test('the first 5, 10, 20 and 40 steps say as little about a request as recorded', () => {
    const firsts = [5, 10, 20, 40];
    earlyErrors(few, firsts).forEach((error, k) => {
      expect(Math.abs(error / reproduction.early_relative_error[firsts[k]].data - 1)).toBeLessThan(0.3);
      expect(error).toBeGreaterThan(0.05);
    });
  });
});
