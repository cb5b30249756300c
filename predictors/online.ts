/**
 * A trained model meets another world than it was trained on: level and spread of what it predicts are corrected from the requests
 * that finished.
 *
 *     e = (ln length − ln median)/scale          of a finished request; median and scale as the model predicted them
 *     ln quantile(τ) = ln median + scale·(w·E(τ) + (1 − w)·own(τ))          w = n/(n + weight)
 *
 * E is the quantile function of the last `window` errors, own the model's in the same unit. The order of predictions hardly moves,
 * so rank correlation is the model's own. State: the errors in cells, as they came and sorted, so that it forks.
 */
import type { Forecast } from '../env/serving/beliefs.js';
import { ascending } from './length/distribution.js';
import { LEVELS } from './length/model.js';
import { kthOf, slide } from './sorted-window.js';

export interface Recalibration {
  /** Corrects quantiles at `LEVELS` in place. */
  correct(quantiles: Float64Array): void;
  /** One more error is known. */
  note(error: number): void;
}

const MEDIAN = LEVELS.length >> 1;
const [LOW, HIGH] = [LEVELS.indexOf(0.2), LEVELS.indexOf(0.8)];
/** Distance of these two on the normal scale. */
const NORMAL_WIDTH = 1.6832;
/** Errors remembered, and how many the model's own quantiles count for. */
const WINDOW = 256;
const WEIGHT = 20;

export const medianOf = (quantiles: Float64Array): number => quantiles[MEDIAN];

/** Standard deviation of the log length, by the middle of the distribution; never 0. */
export const scaleOf = (quantiles: Float64Array): number =>
  Math.max(0.05, Math.log(quantiles[HIGH] / quantiles[LOW]) / NORMAL_WIDTH);

export function createRecalibration(forecast: Pick<Forecast, 'cells'>): Recalibration {
  const errors = forecast.cells(Float64Array, 2 * WINDOW);
  const count = forecast.cells(Int32Array, 1); // all there ever were

  /** The share τ of remembered errors is at most this. */
  function errorAt(level: number, known: number): number {
    const place = Math.min(known - 1, Math.max(0, level * (known + 1) - 1));
    const below = Math.floor(place);
    const above = Math.min(known - 1, below + 1);
    const [low, high] = [kthOf(errors, 0, WINDOW, below), kthOf(errors, 0, WINDOW, above)];
    return low + (place - below) * (high - low);
  }

  return {
    correct(quantiles) {
      const known = Math.min(WINDOW, count[0]);
      if (known === 0) return;
      const weight = known / (known + WEIGHT);
      const centre = Math.log(medianOf(quantiles));
      const scale = scaleOf(quantiles);
      for (let k = 0; k < LEVELS.length; k++) {
        const own = (Math.log(quantiles[k]) - centre) / scale;
        quantiles[k] = Math.exp(centre + scale * (weight * errorAt(LEVELS[k], known) + (1 - weight) * own));
      }
      ascending(quantiles);
    },
    note(error) {
      slide(errors, 0, WINDOW, count[0]++, error);
    },
  };
}
