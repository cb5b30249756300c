/** Who could be admitted next: the union of the first few by several orders. */
import { createDue } from '../serving/due.js';
import type { Episode } from '../serving/policy.js';
import { align, createLine, type Line } from './line.js';

/** The orders, in the order in which they fill the slots. */
export const candidateOrders = ['arrival', 'believed remaining', 'volume', 'slack'] as const;

export interface Candidates {
  /**
   * Writes up to `each` of the first n of `ids` by each order to `into`, nobody twice: who is in already is passed over, and the next one taken.
   * @returns how many there are
   */
  choose(ids: Int32Array, n: number, into: Int32Array): number;
}

/** Who waits hardly changes from one pick to the next: everybody is kept in line by each order. No fork needs these lines, any ids give them again. */
export function createCandidates(episode: Episode, each: number): Candidates {
  const { requests, beliefs, promises } = episode;
  const { generated, known, deadline } = requests;
  const { length } = beliefs;
  const due = createDue(episode);
  const room = requests.arrival.length;
  const lines = candidateOrders.map(() => createLine(room));
  const key = new Float64Array(room); // by place in the ids that are given
  const taken = new Uint8Array(room); // all 0 between two calls

  /** Lower goes first; `volume` is remaining × mean tokens held (`agents/schedulers/volume.ts` with exponent 1). */
  function writeKeys(order: number, ids: Int32Array, n: number): void {
    if (order === 0) for (let k = 0; k < n; k++) key[k] = ids[k];
    else if (order === 3)
      for (let k = 0; k < n; k++) {
        const owed = promises.length > 0 || deadline[ids[k]] < Infinity;
        key[k] = owed ? due.latestStart(ids[k], 0) : Infinity;
      }
    else
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const remaining = Math.max(1, length[r] - generated[r]);
        key[k] = order === 1 ? remaining : remaining * (known[r] + (remaining + 1) / 2);
      }
  }

  /** Adds the first few of a line who are not in yet to the first `count` of `into`; returns how many there are then. */
  function take({ ids, n }: Line, into: Int32Array, count: number): number {
    const most = count + each;
    for (let k = 0; k < n && count < most; k++) {
      const r = ids[k];
      into[count] = r;
      count += 1 - taken[r];
      taken[r] = 1;
    }
    return count;
  }

  return {
    choose(ids, n, into) {
      let count = 0;
      for (let order = 0; order < lines.length && count < n; order++) {
        writeKeys(order, ids, n);
        align(lines[order], ids, n, key);
        count = take(lines[order], into, count);
      }
      for (let k = 0; k < count; k++) taken[into[k]] = 0;
      return count;
    },
  };
}
