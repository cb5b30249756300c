/** Clairvoyance as a predictor: beliefs are the truth. */
import type { Forecast, Predictor } from '../env/serving/beliefs.js';

/** Knows every length, and every request's acceptance at the engine's draft length (1 draft where the engine drafts none). */
export const oracle = (): Predictor => {
  let forecast: Forecast;
  return {
    name: 'oracle',
    information: 'clairvoyant',
    reset(given) {
      forecast = given;
    },
    arrive(r) {
      const { beliefs, truth, rules } = forecast;
      beliefs.length[r] = truth.outputTokens(r);
      if (rules.maxDrafts > 0) beliefs.acceptance[r] = truth.acceptance(r, Math.max(1, rules.drafts));
    },
  };
};
