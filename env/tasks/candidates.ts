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
  const able = new Int32Array(requests.arrival.length);
  const taken = new Uint8Array(requests.arrival.length); // all 0 between two calls of `without`
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

  /** Finds the first few of those who are left; returns how many. */
  function first(order: number, left: number): number {
    let found = 0;
    for (let k = 0; k < left; k++) {
      const r = able[k];
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
    return found;
  }

  /** Takes those who were found out of those who are left; returns how many stay. */
  function without(found: number, left: number): number {
    for (let k = 0; k < found; k++) taken[best[k]] = 1;
    let kept = 0;
    for (let k = 0; k < left; k++) {
      const r = able[k];
      able[kept] = r;
      kept += 1 - taken[r];
    }
    for (let k = 0; k < found; k++) taken[best[k]] = 0;
    return kept;
  }

  return {
    choose({ live: { ids, n } }, eligible, into) {
      let left = 0; // who may be one and is none yet
      for (let k = 0; k < n; k++) if (eligible(ids[k])) able[left++] = ids[k];
      let count = 0;
      for (let order = 0; order < ORDERS && left > 0; order++) {
        const found = first(order, left);
        for (let k = 0; k < found; k++) into[count++] = best[k];
        left = without(found, left);
      }
      return count;
    },
  };
}
