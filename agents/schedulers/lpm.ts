/**
 * LPM: longest prefix match first (SGLang, `schedule_policy.py`; Zheng et al. 2024, arXiv 2312.07104).
 *
 * rank = −tokens that the prefix cache would give it now, ties by arrival: prompts that share a prefix are served while it
 * is still there. With more than 128 in the queue, or without prefix caching, it is first come, first served, as in SGLang:
 * matching everyone costs too much. Whoever was served once stands before all who wait, so nobody is displaced.
 *
 * State kept: none. Information: the cache and the prompts. Not here: the in-batch rule (of queued requests that share 32
 * tokens and more with each other one goes ahead and the others wait for its prefix), since a policy sees how much of a
 * prompt is cached, but not what two prompts have in common. Ours: a retracted request comes back by arrival.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface LpmOptions {
  /** Longest queue that is matched [128]. */
  readonly limit?: number;
}

/** Added to the rank of those who were served: below every other. */
const SERVED = -(2 ** 40);

export const lpm = ({ limit = 128 }: LpmOptions = {}): Scheduler => {
  let byArrival: Uint8Array; // 1 = so was the last turn
  let matches: boolean;
  return {
    name: 'lpm',
    reset({ rules, cells }) {
      byArrival = cells(Uint8Array, 1);
      matches = rules.prefixCaching;
    },
    decide(view, out) {
      const { live, running, changed, requests } = view;
      const matching = matches && live.n - running.n <= limit;
      const { ids, n } = matching || byArrival[0] === 0 ? live : changed;
      byArrival[0] = matching ? 0 : 1;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const rank = requests.service[r] > 0 ? SERVED + r : matching ? -view.prefixHit(r) : r;
        if (rank === out.rank[r]) continue;
        out.rank[r] = rank;
        out.touch(r);
      }
    },
  };
};
