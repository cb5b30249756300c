/** Who could be admitted next: the union of the first few by several orders. */
import { createDue } from '../serving/due.js';
import { createIds, pushId } from '../serving/ids.js';
import type { Episode, ReplicaView, RequestId } from '../serving/policy.js';
import { align, createLines } from './lines.js';

/** The orders, in the order in which they fill the slots. */
export const candidateOrders = ['arrival', 'believed remaining', 'volume', 'slack'] as const;

export interface Candidates {
  /** Notes who moved; to be called once in every turn. */
  follow(view: Pick<ReplicaView, 'changed'>): void;
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
  const moved = createIds(); // of those who stand in line
  const isNoted = new Uint8Array(room);
  const taken = new Int32Array(room); // the last call that took it
  let calls = 0;

  /** Lower goes first; `volume` is remaining × mean tokens held (`agents/schedulers/volume.ts` with exponent 1). @returns whether r has other keys now */
  function writeKeys(r: RequestId): boolean {
    const [byArrival, byRemaining, byVolume, bySlack] = lines.keys;
    const remaining = Math.max(1, beliefs.length[r] - requests.generated[r]);
    const volume = remaining * (requests.known[r] + (remaining + 1) / 2);
    const slack = promised || requests.deadline[r] < Infinity ? due.latestStart(r, 0) : Infinity;
    if (byRemaining[r] === remaining && byVolume[r] === volume && bySlack[r] === slack) return false;
    byArrival[r] = r;
    byRemaining[r] = remaining;
    byVolume[r] = volume;
    bySlack[r] = slack;
    return true;
  }

  /** Adds the first few of a line who are not in yet to the first `count` of `into`; returns how many there are then. */
  function take(line: Int32Array, n: number, into: Int32Array, count: number): number {
    const most = count + each;
    const last = taken;
    const call = calls;
    for (let k = 0; k < n && count < most; k++) {
      const r = line[k];
      into[count] = r;
      count = (count + ((last[r] - call) >>> 31)) | 0; // below 0 for who is not in yet
      last[r] = call;
    }
    return count;
  }

  return {
    follow({ changed: { ids, n } }) {
      const [stands] = lines.keys;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        if (Number.isNaN(stands[r]) || isNoted[r] === 1) continue;
        isNoted[r] = 1;
        pushId(moved, r);
      }
    },
    choose(ids, n, into) {
      align(lines, ids, n, moved, writeKeys);
      for (let k = 0; k < moved.n; k++) isNoted[moved.ids[k]] = 0;
      moved.n = 0;
      calls++;
      let count = 0;
      for (let order = 0; order < lines.ids.length && count < n; order++)
        count = take(lines.ids[order], n, into, count);
      return count;
    },
  };
}
