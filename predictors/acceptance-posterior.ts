/**
 * Acceptance by Bayes: each draft is accepted with a probability A that has a Beta prior, and drafts that were verified update it.
 *
 *     A ~ Beta(a + accepted, b + proposed − accepted),   a = weight·mean, b = weight·(1 − mean)
 *
 * Believed are mean and standard deviation of that. A is accepted/proposed, not the probability α of one draft token. Drafts
 * of one verification are not independent (behind the first refused one all are), so the true spread is wider; and A drifts
 * upwards within an answer, so the mean lags. It writes acceptance only. State: none, the counts are the request's own.
 */
import type { Forecast, Predictor } from '../env/serving/beliefs.js';

export interface AcceptancePosteriorOptions {
  /** A believed before any draft was verified, between 0 and 1 [0.43: an EAGLE head on ShareGPT, 3 drafts]. */
  readonly mean?: number;
  /** Drafts that the prior counts for, > 0 [17: its spread over requests there, .12]. */
  readonly weight?: number;
}

export const acceptancePosterior = ({ mean = 0.43, weight = 17 }: AcceptancePosteriorOptions = {}): Predictor => {
  let forecast: Forecast;

  function believe(r: number): void {
    const { beliefs, requests } = forecast;
    const a = weight * mean + requests.accepted[r];
    const size = weight + requests.proposed[r];
    const share = a / size;
    beliefs.acceptance[r] = share;
    beliefs.acceptanceSpread[r] = Math.sqrt((share * (1 - share)) / (size + 1));
  }

  return {
    name: 'posterior',
    information: 'predicted',
    reset(given) {
      forecast = given;
    },
    arrive: believe,
    progress: believe,
  };
};
