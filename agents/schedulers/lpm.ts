/**
 * LPM: longest prefix match first (SGLang, `schedule_policy.py`; Zheng et al. 2024, arXiv 2312.07104).
 *
 *     rank = −tokens that the prefix cache would give it now, ties by arrival
 *     rank = behind all others     if these are at most 32, and it shares 32 or more with an earlier one of the queue that has
 *                                  no more cached either: one computes the prefix first, and then the others find it
 *
 * Prompts that share a prefix are served while it is still there. With more than 128 in the queue, or without prefix caching, it
 * is first come, first served, as in SGLang: matching everyone costs too much. Whoever was served once stands before all who
 * wait, so nobody is displaced.
 *
 * State kept: none. Information: the cache and the prompts. Ours: what two prompts share is seen in whole blocks, rounded up to
 * 32 tokens or more; earlier is by arrival; a retracted request comes back by arrival.
 */
import type { Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';

export interface LpmOptions {
  /** Longest queue that is matched [128]. */
  readonly limit?: number;
  /** Tokens of the in-batch rule, both cached and shared; 0 = nobody is postponed [32]. */
  readonly shared?: number;
}

/** Added to the rank of those who were served: below every other. */
const SERVED = -(2 ** 40);
/** Rank of those who wait for another's prefix: above every other. */
const POSTPONED = 1;

export const lpm = ({ limit = 128, shared = 32 }: LpmOptions = {}): Scheduler => {
  let byArrival: Uint8Array; // 1 = so was the last turn
  let match: ((view: ReplicaView) => (r: RequestId) => number) | undefined;
  return {
    name: 'lpm',
    reset(episode) {
      byArrival = episode.cells(Uint8Array, 1);
      match = episode.rules.prefixCaching ? matcher(episode, shared) : undefined;
    },
    decide(view, out) {
      const { live, running, changed, requests } = view;
      const rankOf = live.n - running.n <= limit ? match?.(view) : undefined;
      const { ids, n } = rankOf || byArrival[0] === 0 ? live : changed;
      byArrival[0] = rankOf ? 0 : 1;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const rank = requests.service[r] > 0 ? SERVED + r : rankOf ? rankOf(r) : r;
        if (rank === out.rank[r]) continue;
        out.rank[r] = rank;
        out.touch(r);
      }
    },
  };
};

/** Matches the queue as it stands, and tells the rank of each request in it. */
function matcher(
  { rules, requests, column }: Episode,
  shared: number,
): (view: ReplicaView) => (r: RequestId) => number {
  const tokens = Math.ceil(shared / rules.blockSize) * rules.blockSize;
  const hit = column(Int32Array);
  const key = column(Float64Array); // of its first tokens; 0: the in-batch rule does not touch it
  const earliest = new Map<number, RequestId>(); // by key, of this turn
  const rankOf = (r: RequestId): number => (key[r] !== 0 && earliest.get(key[r]) !== r ? POSTPONED : -hit[r]);
  return (view) => {
    const { ids, n } = view.live;
    earliest.clear();
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (requests.service[r] > 0) continue;
      hit[r] = view.prefixHit(r);
      key[r] = shared > 0 && hit[r] <= shared && requests.known[r] >= tokens ? view.prefixKey(r, tokens) : 0;
      if (key[r] !== 0) earliest.set(key[r], Math.min(r, earliest.get(key[r]) ?? r));
    }
    return rankOf;
  };
}
