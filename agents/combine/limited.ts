/**
 * Limited preemption: a request that was displaced `limit` times is not displaced again.
 *
 * Displaced is paused or evicted, whatever the cause. Who has reached the limit and runs is before everyone who does not,
 * in the order in which they got there. Should memory run out and take its blocks all the same, it waits before all
 * others and behind all who run. Up to the limit the wrapped policy's ranks hold.
 *
 * Source: after limited preemption in TRAIL (Shahout et al. 2025), which limits by progress; counting is ours.
 * Information: none of its own. Inner ranks below −2^51 count as −2^51.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import { rerank } from './rerank.js';

export interface LimitedOptions {
  /** Displacements a request can suffer, ≥ 0 [1]. */
  readonly limit?: number;
}

/** Ranks of those who keep their place: whole numbers from here, below every other rank. */
const SEATED = -(2 ** 53);
/** Of those who kept one and lost it to a shortage. */
const EXPELLED = -(2 ** 52);
/** The lowest rank of everyone else. */
const OTHERS = -(2 ** 51);

export const limited =
  (make: () => Scheduler, { limit = 1 }: LimitedOptions = {}, name = 'limited'): (() => Scheduler) =>
  () =>
    rerank(make(), name, ({ rules, requests, column, cells }) => {
      const { state, pauses, evictions } = requests;
      const seat = column(Float64Array); // 0 none; s > 0: the s-th to get one; −s: had it and lost it
      const given = cells(Float64Array, 1);
      return {
        rank(_view, r, inner) {
          const runs = state[r] === State.running;
          if (runs && seat[r] <= 0 && (seat[r] < 0 || pauses[r] + evictions[r] >= limit)) seat[r] = ++given[0];
          else if (!runs && seat[r] > 0) seat[r] = -seat[r];
          if (seat[r] > 0) return SEATED + seat[r];
          return seat[r] < 0 ? EXPELLED - seat[r] : Math.max(inner, OTHERS);
        },
        // Everybody runs, or all seats are taken by those who cannot be displaced, for as long as nobody leaves.
        settled: ({ live, running }) =>
          live.n === running.n ||
          (running.n >= rules.maxBatch && (limit === 0 || rules.candidates === 'running-first')),
      };
    });
