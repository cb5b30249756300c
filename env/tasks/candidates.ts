/** Who could be admitted next: the union of the first few by several orders. */
import { createDue } from '../serving/due.js';
import type { Episode } from '../serving/policy.js';

/** The orders, in the order in which they fill the slots. */
export const candidateOrders = ['arrival', 'believed remaining', 'volume', 'slack'] as const;
const ORDERS = candidateOrders.length;

export interface Candidates {
  /**
   * Writes up to `each` of the first n of `ids` by each order to `into`, nobody twice: who is in already is passed over, and the next one taken.
   * @returns how many there are
   */
  choose(ids: Int32Array, n: number, into: Int32Array): number;
}

export function createCandidates(episode: Episode, each: number): Candidates {
  const { requests, beliefs } = episode;
  const { generated, known } = requests;
  const { length } = beliefs;
  const due = createDue(episode);
  const able = new Int32Array(requests.arrival.length);
  const taken = new Uint8Array(requests.arrival.length); // all 0 between two calls of `without`
  const key = new Float64Array(requests.arrival.length); // by place in `able`
  const keys = new Float64Array(each); // of the best
  const best = new Int32Array(each);

  /** Lower goes first; `volume` is remaining × mean tokens held (`agents/schedulers/volume.ts` with exponent 1). */
  function writeKeys(order: number, left: number): void {
    if (order === 0) for (let k = 0; k < left; k++) key[k] = able[k];
    else if (order === 3) for (let k = 0; k < left; k++) key[k] = due.latestStart(able[k], 0);
    else
      for (let k = 0; k < left; k++) {
        const r = able[k];
        const remaining = Math.max(1, length[r] - generated[r]);
        key[k] = order === 1 ? remaining : remaining * (known[r] + (remaining + 1) / 2);
      }
  }

  /** Finds the first few of those who are left; returns how many. */
  function first(order: number, left: number): number {
    writeKeys(order, left);
    let found = 0;
    for (let k = 0; k < left; k++) {
      const r = able[k];
      const x = key[k];
      let at = found;
      if (at === each && (keys[at - 1] < x || (keys[at - 1] === x && best[at - 1] < r))) continue;
      if (found < each) found++;
      else at--;
      for (; at > 0 && (keys[at - 1] > x || (keys[at - 1] === x && best[at - 1] > r)); at--) {
        keys[at] = keys[at - 1];
        best[at] = best[at - 1];
      }
      keys[at] = x;
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
    choose(ids, n, into) {
      for (let k = 0; k < n; k++) able[k] = ids[k];
      let left = n; // who may be one and is none yet
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
