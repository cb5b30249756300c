/**
 * Reserve by predicted growth: a request is admitted only where what it is believed to grow to would fit, and that stays set aside.
 *
 * reserve = known + share · max(0, believed length − generated), KV tokens, while it waits. Share 0 sets aside what is known;
 * share 1 everything believed. Below 1 neighbours are trusted to leave before all of them are full.
 *
 * Source: NanoFlow, CacheOPT and others admit by predicted memory; one share of the growth is ours. It orders nobody.
 * Information: believed length.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';

export interface ReserveOptions {
  /** Share of the believed growth, ≥ 0 [0.25]. */
  readonly share?: number;
}

export const reserve =
  (make: () => Scheduler, { share = 0.25 }: ReserveOptions = {}): (() => Scheduler) =>
  () => {
    const inner = make();
    return {
      name: `reserve(${inner.name})`,
      ...(inner.scope && { scope: inner.scope }),
      ...(inner.wakeIn !== undefined && { wakeIn: inner.wakeIn }),
      reset: (episode) => inner.reset?.(episode),
      decide(view, out) {
        inner.decide(view, out);
        const { ids, n } = view.changed;
        const { known, generated, state } = view.requests;
        const { length } = view.beliefs;
        for (let k = 0; k < n; k++) {
          const r = ids[k];
          if (state[r] !== State.waiting) continue;
          out.reserve[r] = Math.ceil(known[r] + share * Math.max(0, length[r] - generated[r]));
        }
      },
    };
  };
