/**
 * TIE: shortest first by a length *distribution*, with a price on its tail (arXiv 2604.00499, ICML 2026).
 *
 * rank = E[L] + weight·CVaR(L)        CVaR: mean of the longest 1 − level of what the length may be
 *
 * Of two requests of one mean the one that may become very long waits: it would block for longest. Fixed at arrival, and
 * once served a request keeps its place: the source says that preemption by predictions that move eats much of the gain.
 *
 * State kept: none but who was served. Information: believed length and spread. Ours: a log-normal for the source's log-t; weight 1 and
 * level .9, which were not found. With a spread of 0 it is sjf.
 */
import { normalQuantile } from '../../env/distributions.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { nonPreemptive } from '../combine/non-preemptive.js';

export interface TieOptions {
  /** Price of the tail, ≥ 0 [1]. */
  readonly weight?: number;
  /** Where the tail begins, as a probability [.9]. */
  readonly level?: number;
}

/** Points at which the tail is averaged. */
const POINTS = 32;

export const tie = (options: TieOptions = {}): Scheduler => ({
  ...nonPreemptive(() => byTail(options))(),
  name: 'tie',
});

function byTail({ weight = 1, level = 0.9 }: TieOptions): Scheduler {
  const tail = Array.from({ length: POINTS }, (_, k) => normalQuantile(level + ((1 - level) * (k + 0.5)) / POINTS));

  /** Mean of the tail of a log-normal of this mean and standard deviation. */
  function tailMean(mean: number, spread: number): number {
    const variance = Math.log1p((spread / mean) ** 2);
    const sigma = Math.sqrt(variance);
    let sum = 0;
    for (let k = 0; k < POINTS; k++) sum += Math.exp(sigma * tail[k]);
    return mean * Math.exp(-variance / 2) * (sum / POINTS);
  }

  return {
    name: 'tie',
    wakeIn: Infinity, // ranks move only on events
    decide({ changed, requests, beliefs }, { rank }) {
      const { ids, n } = changed;
      const { length, lengthSpread } = beliefs;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        if (requests.service[r] > 0) continue;
        const mean = Math.max(1, length[r]);
        rank[r] = mean + weight * tailMean(mean, lengthSpread[r]);
      }
    },
  };
}
