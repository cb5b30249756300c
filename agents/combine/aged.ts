/**
 * Aged: rank improves with waiting, so that nobody starves.
 *
 * rank' = rank − rate · age (s); as `now` is the same for all, that is kept as rank + rate · arrival, which does not move
 *
 * `rate` is in units of the wrapped policy's rank per second: aged(srpt):rate=10 lets a second of waiting make up for ten
 * tokens. A rate of 0 changes nothing, a large one is first come, first served: between a request and one with a rank better by
 * d at most d/rate seconds of arrivals can pass. Ranks that are not finite do not age.
 *
 * Source: usual against starvation in operating systems. Information: none of its own.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { toSeconds } from '../../env/time.js';
import { rerank } from './rerank.js';

export interface AgedOptions {
  /** Units of rank a second, ≥ 0 [10]. */
  readonly rate?: number;
}

export const aged =
  (make: () => Scheduler, { rate = 10 }: AgedOptions = {}): (() => Scheduler) =>
  () =>
    rerank(make(), 'aged', ({ requests: { arrival } }) => ({
      rank: (_view, r, inner) => inner + rate * toSeconds(arrival[r]),
      settled: () => true, // an arrival does not move
    }));
