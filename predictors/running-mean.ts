/**
 * The least that can be learned: every request is as long as the finished ones were in the mean.
 *
 * believed = (weight·prior + Σ lengths)/(weight + n) over the n finished so far, at most declared. `lengthSpread` is
 * the standard deviation of the finished ones. It does not tell requests apart, save by what they declare.
 *
 * With `refresh: 'waiting'` those who wait follow the mean whenever someone finishes; with `'arrival'` a belief stays as
 * it was made. State: sums and counts in cells, so that it forks.
 */
import type { Forecast, Predictor } from '../env/serving/beliefs.js';
import { State } from '../env/serving/requests.js';

export interface RunningMeanOptions {
  /** Mean length believed before anyone finished, tokens ≥ 1 [256]. */
  readonly prior?: number;
  /** Finished requests that the prior counts for, > 0 [1]. */
  readonly weight?: number;
  /** Whose beliefs follow the mean ['arrival']. */
  readonly refresh?: 'arrival' | 'waiting';
}

/** Cells of its state. Ids from `oldest` to `next` − 1 may still be here. */
const Cell = { sum: 0, squares: 1, count: 2, oldest: 3, next: 4 } as const;

export const runningMean = ({ prior = 256, weight = 1, refresh = 'arrival' }: RunningMeanOptions = {}): Predictor => {
  let forecast: Forecast;
  let state: Float64Array;

  function believe(r: number): void {
    const { beliefs, requests } = forecast;
    const count = state[Cell.count];
    const mean = (weight * prior + state[Cell.sum]) / (weight + count);
    beliefs.length[r] = Math.min(mean, requests.declared[r]);
    const finished = count > 0 ? state[Cell.sum] / count : 0;
    beliefs.lengthSpread[r] = count > 0 ? Math.sqrt(Math.max(0, state[Cell.squares] / count - finished * finished)) : 0;
  }

  /** In a fork the rows of those who left before are empty. */
  const isHere = (r: number): boolean =>
    forecast.requests.promptTokens[r] > 0 && forecast.requests.state[r] < State.finished;

  function refreshWaiting(): void {
    const { requests, moved } = forecast;
    const next = state[Cell.next];
    while (state[Cell.oldest] < next && !isHere(state[Cell.oldest])) state[Cell.oldest]++;
    for (let r = state[Cell.oldest]; r < next; r++) {
      if (!isHere(r) || requests.state[r] !== State.waiting) continue;
      believe(r);
      moved(r);
    }
  }

  return {
    name: 'running-mean',
    information: 'predicted',
    reset(given) {
      forecast = given;
      state = given.cells(Float64Array, 5);
    },
    arrive(r) {
      believe(r);
      state[Cell.next] = r + 1;
    },
    observe(r) {
      const length = forecast.requests.generated[r];
      state[Cell.sum] += length;
      state[Cell.squares] += length * length;
      state[Cell.count]++;
      if (refresh === 'waiting') refreshWaiting();
    },
  };
};
