/**
 * Preferential round robin (Purohit, Svitkina and Kumar, NeurIPS 2018): a share λ of the engine goes to who is believed
 * shortest, the rest to everyone alike.
 *
 *     due += λ·w/m        for the m believed shortest     } of the w tokens that an iteration of m seats generated
 *     due += (1 − λ)·w/k  for all k who are here          }
 *     rank = received − due
 *
 * so who lags most behind its share is served next. In `serial` (m = w = 1) that is the paper's fluid schedule cut into
 * tokens: nobody is more than a few tokens off. Both bounds hold at once there, (1/λ)(1 + 2η/n) and 2/(1 − λ) times the optimum
 * of n requests that come together, η the sum of all errors of belief. λ = 1 is spjf with preemption, λ = 0 fair round robin.
 *
 * Ranks are kept without the part of `due` that is the same for all, so that a turn costs what ran. State: that part, its value
 * when a request came, and what it got as one of the shortest. Information: believed length. Ours: m seats share λ, as m
 * machines would; work is generated tokens, prompts cost nothing; a newcomer starts with nothing due.
 */
import type { RequestId, Scheduler } from '../../env/serving/policy.js';
import { createOrdered, type Ordered } from './ordered.js';

export interface PrrOptions {
  /** Share of the favourites, 0 … 1 [0.5]. */
  readonly lambda?: number;
}

export const prr = ({ lambda = 0.5 }: PrrOptions = {}): Scheduler => {
  let order: Ordered; // everyone, by believed length
  let met: Uint8Array;
  let received: Int32Array;
  let start: Float64Array;
  let extra: Float64Array;
  let fair: Float64Array; // one cell: due to somebody who has always been here, as everyone's

  const lag = (r: RequestId): number => received[r] + start[r] - extra[r];

  /** Tokens of r that were not counted yet. */
  function gained(r: RequestId, generated: number): number {
    const tokens = met[r] ? generated - received[r] : 0;
    received[r] += tokens;
    return tokens;
  }

  return {
    name: 'prr',
    reset(episode) {
      met = episode.column(Uint8Array);
      received = episode.column(Int32Array);
      start = episode.column(Float64Array);
      extra = episode.column(Float64Array);
      fair = episode.cells(Float64Array, 1);
      order = createOrdered(episode);
    },
    decide(view, out) {
      const { changed, ended, batch, beliefs } = view;
      const { generated } = view.requests;

      let tokens = 0;
      for (let k = 0; k < ended.n; k++) tokens += gained(ended.ids[k], generated[ended.ids[k]]);
      for (let k = 0; k < changed.n; k++) tokens += gained(changed.ids[k], generated[changed.ids[k]]);
      const seats = Math.max(1, batch.n);
      for (let k = 0, m = Math.min(order.n, seats); k < m; k++) {
        const r = order.ids[k];
        extra[r] += (lambda * tokens) / m;
        out.rank[r] = lag(r);
        out.touch(r);
      }
      if (order.n > 0) fair[0] += ((1 - lambda) * tokens) / order.n;

      for (let k = 0; k < ended.n; k++) if (met[ended.ids[k]]) order.remove(ended.ids[k]);
      for (let k = 0; k < changed.n; k++) {
        const r = changed.ids[k];
        if (!met[r]) {
          met[r] = 1;
          received[r] = generated[r];
          start[r] = fair[0] - generated[r];
        }
        order.place(r, beliefs.length[r]);
        out.rank[r] = lag(r);
      }
      // What they will be due from the coming token on: so a favourite is first among those who lag alike.
      for (let k = 0, m = Math.min(order.n, seats); k < m; k++) {
        const r = order.ids[k];
        out.rank[r] = Number.isNaN(beliefs.length[r]) ? Number.NaN : lag(r) - lambda; // no order: for the engine to refuse
        out.touch(r);
      }
    },
  };
};
