/**
 * Acceptance that follows drift: an exponentially weighted mean of accepted/proposed over verifications.
 *
 *     A ← A + w·(share − A),   V ← (1 − w)·(V + w·(share − A)²)
 *
 * with A = `prior` before the first one. Verifications that ended between two turns count with their common share and the
 * weight 1 − (1 − w)^n that n of them have. `acceptanceSpread` is the standard error √(V·w/(2 − w)) of that mean over steps
 * that do not drift. It writes acceptance only. State: the variance, and the counts at the last turn.
 */
import type { Forecast, Predictor } from '../env/serving/beliefs.js';

export interface AcceptanceEwmaOptions {
  /** Weight w of a verification, in 0 … 1, 0 excluded [0.05: a memory of 39 steps]. */
  readonly weight?: number;
  /** A believed before any draft was verified, in 0 … 1 [0.43]. */
  readonly prior?: number;
}

export const acceptanceEwma = ({ weight = 0.05, prior = 0.43 }: AcceptanceEwmaOptions = {}): Predictor => {
  let forecast: Forecast;
  let seen: { accepted: Int32Array; proposed: Int32Array; verifications: Int32Array };
  let mean: Float64Array;
  let variance: Float64Array;

  return {
    name: 'ewma',
    information: 'predicted',
    reset(given) {
      forecast = given;
      const counts = (): Int32Array => given.column(Int32Array);
      seen = { accepted: counts(), proposed: counts(), verifications: counts() };
      mean = given.column(Float64Array);
      variance = given.column(Float64Array);
    },
    arrive(r) {
      mean[r] = prior;
      forecast.beliefs.acceptance[r] = prior;
      forecast.beliefs.acceptanceSpread[r] = 0;
    },
    progress(r) {
      const { beliefs, requests } = forecast;
      const proposed = requests.proposed[r] - seen.proposed[r];
      if (proposed === 0) return;
      const share = (requests.accepted[r] - seen.accepted[r]) / proposed;
      const w = 1 - (1 - weight) ** (requests.verifications[r] - seen.verifications[r]);
      const error = share - mean[r];
      mean[r] += w * error;
      variance[r] = (1 - w) * (variance[r] + w * error * error);
      beliefs.acceptance[r] = mean[r];
      beliefs.acceptanceSpread[r] = Math.sqrt((variance[r] * weight) / (2 - weight));
      seen.accepted[r] = requests.accepted[r];
      seen.proposed[r] = requests.proposed[r];
      seen.verifications[r] = requests.verifications[r];
    },
  };
};
