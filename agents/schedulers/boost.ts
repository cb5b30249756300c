/**
 * γ-Boost: earliest arrival first, after small requests were dated back (Yu and Scully 2024, arXiv 2404.08826).
 *
 *     rank = arrival − boost(s),   boost(s) = (1/γ) · ln(1 / (1 − e^(−γ·s)))       s its believed service time
 *
 * A request of size 0 goes before all who came, one of size ∞ by its arrival. A small γ is shortest first, a large one first come,
 * first served. In M/G/1 with light tails, the rate at which the tail of the backlog decays is the γ that makes the tail of
 * response times lightest of all policies; that of srpt decays more slowly.
 *
 * State kept: none. Information: believed length. Ours: s is believed tokens × the time of a token; γ has no default in the source, it
 * belongs to load and lengths; a belief that moves after the first token is not followed. The soft boosting of "Beyond Prediction"
 * (arXiv 2606.18431) is by attained signals instead of s: how was not found.
 */
import { stepAlone } from '../../env/serving/due.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';

export interface BoostOptions {
  /** γ, per second, > 0 [0.1]. */
  readonly gamma?: number;
  /** µs that a token takes; 0 = as long as one request alone takes, with the shortest context [0]. */
  readonly step?: Micros;
}

export const boost = ({ gamma = 0.1, step = 0 }: BoostOptions = {}): Scheduler => {
  let pace: Micros;
  return {
    name: 'boost',
    wakeIn: Infinity, // ranks move only on events
    reset(episode) {
      pace = step > 0 ? step : stepAlone(episode);
    },
    decide({ changed, requests, beliefs }, { rank }) {
      const { ids, n } = changed;
      const rate = gamma / 1e6;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        if (requests.generated[r] > 0) continue;
        const size = Math.max(1, beliefs.length[r]) * pace;
        rank[r] = requests.arrival[r] + Math.log(-Math.expm1(-rate * size)) / rate;
      }
    },
  };
};
