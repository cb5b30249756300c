/** Of whom an agent said something since the last turn: who is named to the engine depends on it. Empty between turns. */
import type { Column } from '../serving/columns.js';
import { createIds, type IdList, pushId, reserveIds } from '../serving/ids.js';
import type { BatchDecision, Ids, RequestId } from '../serving/policy.js';
import { State } from '../serving/requests.js';

export interface Told {
  /** Some may stand in it twice. */
  readonly all: IdList;
  /** Of these, those whom the engine would not read by itself. Valid after `listUnread`. */
  readonly unread: IdList;
  /** By request: the last turn in which the engine read it by itself. */
  readonly read: Int32Array;
  turn: number;
}

/** @param requests most that can be in an episode */
export const createTold = (requests: number): Told => ({
  all: createIds(),
  unread: createIds(),
  read: new Int32Array(requests),
  turn: 0,
});

export const tell = ({ all }: Told, r: RequestId): void => pushId(all, r);

/** The same of the first n of `ids`. */
export function tellAll({ all }: Told, ids: Int32Array, n: number): void {
  const before = all.n;
  reserveIds(all, before + n);
  const list = all.ids;
  for (let k = 0; k < n; k++) list[before + k] = ids[k];
  all.n = before + n;
}

/** Of these, the ones who do not run, into `to`. */
export function listWaiting({ ids, n }: Ids, state: Column, to: IdList): Ids {
  reserveIds(to, n + 1);
  const list = to.ids;
  const { running } = State;
  let count = 0;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    list[count] = r;
    count = (count + (-(state[r] ^ running) >>> 31)) | 0; // below 0 for who does anything else
  }
  to.n = count;
  return to;
}

/** Lists those who were told and are not among these, whom the engine reads anyway: often just those who run. To be called once a turn. */
export function listUnread(told: Told, these: Ids, running: Ids, state: Column): void {
  const { all, unread, read } = told;
  if (these === running) {
    listWaiting(all, state, unread);
    return;
  }
  const { ids, n } = these;
  const turn = ++told.turn;
  let at = 0;
  for (; at + 3 < n; at += 4) {
    read[ids[at]] = turn;
    read[ids[at + 1]] = turn;
    read[ids[at + 2]] = turn;
    read[ids[at + 3]] = turn;
  }
  for (; at < n; at++) read[ids[at]] = turn;
  reserveIds(unread, all.n);
  const from = all.ids;
  const most = all.n;
  const to = unread.ids;
  let count = 0;
  let k = 0;
  // The difference is below 0 for who was last read in an earlier turn.
  for (; k + 3 < most; k += 4) {
    const a = from[k];
    const b = from[k + 1];
    const c = from[k + 2];
    const d = from[k + 3];
    to[count] = a;
    count = (count + ((read[a] - turn) >>> 31)) | 0;
    to[count] = b;
    count = (count + ((read[b] - turn) >>> 31)) | 0;
    to[count] = c;
    count = (count + ((read[c] - turn) >>> 31)) | 0;
    to[count] = d;
    count = (count + ((read[d] - turn) >>> 31)) | 0;
  }
  for (; k < most; k++) {
    to[count] = from[k];
    count = (count + ((read[from[k]] - turn) >>> 31)) | 0;
  }
  unread.n = count;
}

/** Names them to the engine. */
export function touch({ ids, n }: Ids, out: BatchDecision): void {
  for (let k = 0; k < n; k++) out.touch(ids[k]);
}
