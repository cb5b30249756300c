/** Predictors written down for a test: what is believed of a request, from its true length. */
import type { Forecast, Predictor } from '../../env/serving/beliefs.js';

interface Guess {
  readonly length: number;
  readonly spread?: number;
}

/** @param at what is believed of request r of this true length when it arrives; `later`: once it has generated so many tokens */
export const guesses =
  (at: (length: number, r: number) => Guess, later?: (generated: number, length: number) => number) =>
  (): Predictor => {
    let forecast: Forecast;
    return {
      name: 'guesses',
      information: 'predicted',
      reset(given) {
        forecast = given;
      },
      arrive(r) {
        const { length, spread = 0 } = at(forecast.truth.outputTokens(r), r);
        forecast.beliefs.length[r] = length;
        forecast.beliefs.lengthSpread[r] = spread;
      },
      ...(later && {
        progress(r) {
          const generated = forecast.requests.generated[r];
          if (generated > 0) forecast.beliefs.length[r] = later(generated, forecast.truth.outputTokens(r));
        },
      }),
    };
  };
