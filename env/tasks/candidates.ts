/** Who could be admitted next: the union of the first few by several orders. */
import { createDue } from '../serving/due.js';
import type { Episode, ReplicaView, RequestId } from '../serving/policy.js';

/** The orders, in the order in which they fill the slots. */
export const candidateOrders = ['arrival', 'believed remaining', 'volume', 'slack'] as const;
const ORDERS = candidateOrders.length;

export interface Candidates {
  /**
   * Writes up to `each` ids by each order to `into`, nobody twice: who is in already is passed over, and the next one taken.
   * @param eligible who may be one
   * @returns how many there are
   */
  choose(view: ReplicaView, eligible: (r: RequestId) => boolean, into: Int32Array): number;
}

export function createCandidates(episode: Episode, each: number): Candidates {
  const { requests, beliefs } = episode;
  const { generated, known } = requests;
  const due = createDue(episode);
  const picked = new Uint8Array(requests.arrival.length);
  const keys = new Float64Array(each);
  const best = new Int32Array(each);

  /** Lower goes first; `volume` is remaining × mean tokens held (`agents/schedulers/volume.ts` with exponent 1). */
  function keyOf(order: number, r: RequestId): number {
    if (order === 0) return r;
    const remaining = Math.max(1, beliefs.length[r] - generated[r]);
    if (order === 1) return remaining;
    if (order === 2) return remaining * (known[r] + (remaining + 1) / 2);
    return due.latestStart(r, 0);
  }

  return {
    choose({ live: { ids, n } }, eligible, into) {
      let count = 0;
      for (let order = 0; order < ORDERS; order++) {
        let found = 0;
        for (let k = 0; k < n; k++) {
          const r = ids[k];
          if (picked[r] === 1 || !eligible(r)) continue;
          const key = keyOf(order, r);
          let at = found;
          while (at > 0 && (keys[at - 1] > key || (keys[at - 1] === key && best[at - 1] > r))) at--;
          if (at === each) continue;
          if (found < each) found++;
          for (let j = found - 1; j > at; j--) {
            keys[j] = keys[j - 1];
            best[j] = best[j - 1];
          }
          keys[at] = key;
          best[at] = r;
        }
        for (let k = 0; k < found; k++) {
          into[count++] = best[k];
          picked[best[k]] = 1;
        }
      }
      for (let k = 0; k < count; k++) picked[into[k]] = 0;
      return count;
    },
  };
}
