/** Clairvoyance about acceptance alone: the true share of accepted drafts from now on, at the engine's draft length. */
import type { Forecast, Predictor } from '../../env/serving/beliefs.js';

export interface AcceptanceOracleOptions {
  /** Tokens after which it looks again: acceptance drifts within an answer [64]. */
  readonly every?: number;
}

export const acceptanceOracle = ({ every = 64 }: AcceptanceOracleOptions = {}): Predictor => {
  let forecast: Forecast;
  let looks: Int32Array;

  function believe(r: number): void {
    const { beliefs, truth, rules } = forecast;
    if (rules.maxDrafts > 0) beliefs.acceptance[r] = truth.acceptance(r, Math.max(1, rules.drafts));
    beliefs.acceptanceSpread[r] = 0;
    beliefs.acceptanceStable[r] = 1;
  }

  return {
    name: 'oracle',
    information: 'clairvoyant',
    reset(given) {
      forecast = given;
      looks = given.column(Int32Array);
    },
    arrive: believe,
    progress(r) {
      const due = Math.floor(forecast.requests.generated[r] / every);
      if (looks[r] === due) return;
      looks[r] = due;
      believe(r);
    },
  };
};
