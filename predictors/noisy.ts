/**
 * A predictor with a log-normal error of known size: believed = true length · exp(σ·z − b), clamped to 1 … declared.
 *
 * z is standard normal luck of the request's key: the same for every policy, order and numbering. b = σ²/2 makes the
 * mean of believed/true 1 (`unbiased: 'mean'`), b = 0 its median (`'median'`), both before clamping. `lengthSpread` is
 * the standard deviation of that error around the belief: believed · √(e^{σ²} − 1).
 *
 * Source: the usual stand-in for a learned predictor; queues under such errors: Mitzenmacher 2019, arXiv 1902.00732.
 * It reads the truth to simulate an error, and what it gives is worth no more than a prediction.
 */
import { normal } from '../env/distributions.js';
import { type Luck, luck } from '../env/random.js';
import type { Forecast, Predictor } from '../env/serving/beliefs.js';

export interface NoisyOptions {
  /** Standard deviation of ln(believed/true), ≥ 0 [0.5]. */
  readonly sigma?: number;
  /** Which average of believed/true is 1 ['median']. */
  readonly unbiased?: 'mean' | 'median';
}

export const noisy = ({ sigma = 0.5, unbiased = 'median' }: NoisyOptions = {}): Predictor => {
  const shift = unbiased === 'mean' ? (sigma * sigma) / 2 : 0;
  const relativeSpread = Math.sqrt(Math.expm1(sigma * sigma));
  let forecast: Forecast;
  let draw: Luck;
  return {
    name: 'noisy',
    information: 'predicted',
    reset(given) {
      forecast = given;
      draw = luck(given.seed, 'predictors/noisy');
    },
    arrive(r) {
      const { beliefs, requests, truth } = forecast;
      const key = requests.key[r];
      const z = normal(draw(key, 0), draw(key, 1));
      const length = truth.outputTokens(r) * Math.exp(sigma * z - shift);
      beliefs.length[r] = Math.max(1, Math.min(length, requests.declared[r]));
      beliefs.lengthSpread[r] = relativeSpread * beliefs.length[r];
    },
  };
};
