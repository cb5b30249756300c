/** Of whom an agent said something since the last turn: who is named to the engine depends on it. Empty between turns. */
import type { Column } from '../serving/columns.js';
import { createIds, type IdList, pushId, reserveIds } from '../serving/ids.js';
import type { BatchDecision, Ids, RequestId } from '../serving/policy.js';
import { State } from '../serving/requests.js';

export interface Told {
  /** A list that was told as a whole: the first `shownN` of `shown`, which is somebody else's. */
  shown: Int32Array;
  shownN: number;
  /** Others. Some may stand in it twice. */
  readonly others: IdList;
  /** Of all these, those whom the engine would not read by itself. Valid after `listUnread`. */
  readonly unread: IdList;
  /** By request: the last turn in which the engine read it by itself. */
  readonly read: Int32Array;
  turn: number;
}

const NOBODY = new Int32Array(0);

/** @param requests most that can be in an episode */
export const createTold = (requests: number): Told => ({
  shown: NOBODY,
  shownN: 0,
  others: createIds(),
  unread: createIds(),
  read: new Int32Array(requests),
  turn: 0,
});

export const tell = ({ others }: Told, r: RequestId): void => pushId(others, r);

/** The same of the first n of `ids`, which must stay as they are until `forgetTold`. */
export function tellAll(told: Told, ids: Int32Array, n: number): void {
  for (let k = 0; k < told.shownN; k++) tell(told, told.shown[k]);
  told.shown = ids;
  told.shownN = n;
}

export function forgetTold(told: Told): void {
  told.shownN = 0;
  told.others.n = 0;
}

/** Of these, the ones who do not run, into `to`. */
export function listWaiting({ ids, n }: Ids, state: Column, to: IdList): Ids {
  to.n = 0;
  addWaiting(ids, n, state, to);
  return to;
}

/** Lists those who were told and are not among these, whom the engine reads anyway: often just those who run. To be called once a turn. */
export function listUnread(told: Told, these: Ids, running: Ids, state: Column): void {
  const { shown, shownN, others, unread } = told;
  unread.n = 0;
  if (shownN + others.n === 0) return;
  if (these === running) {
    addWaiting(shown, shownN, state, unread);
    if (others.n > 0) addWaiting(others.ids, others.n, state, unread);
    return;
  }
  markRead(told, these);
  addUnread(told, shown, shownN);
  addUnread(told, others.ids, others.n);
}

function addWaiting(ids: Column, n: number, state: Column, to: IdList): void {
  const { running } = State;
  let count = to.n;
  reserveIds(to, count + n + 4);
  const list = to.ids;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    list[count] = a;
    count = (count + (-(state[a] ^ running) >>> 31)) | 0; // below 0 for who does anything else
    list[count] = b;
    count = (count + (-(state[b] ^ running) >>> 31)) | 0;
    list[count] = c;
    count = (count + (-(state[c] ^ running) >>> 31)) | 0;
    list[count] = d;
    count = (count + (-(state[d] ^ running) >>> 31)) | 0;
  }
  for (; k < n; k++) {
    const r = ids[k];
    list[count] = r;
    count = (count + (-(state[r] ^ running) >>> 31)) | 0;
  }
  to.n = count;
}

function markRead(told: Told, { ids, n }: Ids): void {
  const { read } = told;
  const turn = ++told.turn;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    read[ids[k]] = turn;
    read[ids[k + 1]] = turn;
    read[ids[k + 2]] = turn;
    read[ids[k + 3]] = turn;
  }
  for (; k < n; k++) read[ids[k]] = turn;
}

function addUnread({ read, turn, unread }: Told, ids: Int32Array, n: number): void {
  let count = unread.n;
  reserveIds(unread, count + n + 4);
  const list = unread.ids;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    list[count] = r;
    count = (count + ((read[r] - turn) >>> 31)) | 0; // below 0 for who was last read in an earlier turn
  }
  unread.n = count;
}

/** Names them to the engine. */
export function touch({ ids, n }: Ids, out: BatchDecision): void {
  for (let k = 0; k < n; k++) out.touch(ids[k]);
}
