/** Who could be admitted next: the union of the first few by several orders. */
import { createDue } from '../serving/due.js';
import type { Episode } from '../serving/policy.js';
import { align, createLines } from './lines.js';

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
  const due = createDue(episode);
  const promised = promises.length > 0;
  const room = requests.arrival.length;
  const lines = createLines(candidateOrders.length, room);
  const fresh = new Int32Array(room);
  const taken = new Uint8Array(room); // all 0 between two calls

  /** Lower goes first; `volume` is remaining × mean tokens held (`agents/schedulers/volume.ts` with exponent 1). @returns how many came in, or have other keys now */
  function writeKeys(ids: Int32Array, n: number): number {
    const { generated, known, deadline } = requests;
    const { length } = beliefs;
    const [byArrival, byRemaining, byVolume, bySlack] = lines.keys;
    const list = fresh;
    const always = promised ? 1 : 0;
    let news = 0;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      const remaining = Math.max(1, length[r] - generated[r]);
      const volume = remaining * (known[r] + (remaining + 1) / 2);
      const slack = always === 1 || deadline[r] < Infinity ? due.latestStart(r, 0) : Infinity;
      if (byRemaining[r] === remaining && byVolume[r] === volume && bySlack[r] === slack) continue;
      byArrival[r] = r;
      byRemaining[r] = remaining;
      byVolume[r] = volume;
      bySlack[r] = slack;
      list[news++] = r;
    }
    return news;
  }

  /** Adds the first few of a line who are not in yet to the first `count` of `into`; returns how many there are then. */
  function take(line: Int32Array, n: number, into: Int32Array, count: number): number {
    const most = count + each;
    const isIn = taken;
    for (let k = 0; k < n && count < most; k++) {
      const r = line[k];
      into[count] = r;
      count += 1 - isIn[r];
      isIn[r] = 1;
    }
    return count;
  }

  return {
    choose(ids, n, into) {
      align(lines, ids, n, fresh, writeKeys(ids, n));
      let count = 0;
      for (let order = 0; order < lines.ids.length && count < n; order++)
        count = take(lines.ids[order], n, into, count);
      for (let k = 0; k < count; k++) taken[into[k]] = 0;
      return count;
    },
  };
}
