/**
 * Hysteresis: a running request is displaced only by a waiting one that is better by a margin.
 *
 * rank' = rank − (gap + ratio·|rank|) while it runs, rank otherwise. `gap` is in units of the wrapped policy's rank
 * (tokens for srpt), `ratio` a share of it. Gap and ratio 0 change nothing. Ranks that are not finite have no margin.
 *
 * Source: usual against thrashing, where a displaced request must compute its KV again. Information: none of its own.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import { rerank } from './rerank.js';

export interface HysteresisOptions {
  /** In units of rank, ≥ 0 [0]. */
  readonly gap?: number;
  /** As a share of the running request's own rank, 0 ≤ ratio < 1 [0.25]. */
  readonly ratio?: number;
}

export const hysteresis =
  (make: () => Scheduler, { gap = 0, ratio = 0.25 }: HysteresisOptions = {}): (() => Scheduler) =>
  () =>
    rerank(make(), 'hysteresis', ({ rules, requests }) => ({
      rank(_view, r, inner) {
        if (requests.state[r] !== State.running || !Number.isFinite(inner)) return inner;
        return inner - gap - ratio * Math.abs(inner);
      },
      // Everybody runs, or all seats are taken for as long as nobody leaves.
      settled: ({ live, running }) =>
        live.n === running.n || (rules.candidates === 'running-first' && running.n >= rules.maxBatch),
    }));
