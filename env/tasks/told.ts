/** Of whom an agent said something since the last turn: who is named to the engine depends on it. Empty between turns. */
import { createIds, type IdList, pushId, reserveIds } from '../serving/ids.js';
import type { BatchDecision, Ids, RequestId } from '../serving/policy.js';

export interface Told {
  readonly all: IdList;
  /** Of these, those whom the engine would not read by itself. Valid after `listUnread`. */
  readonly unread: IdList;
  /** By request: 1 for who is in `all`. */
  readonly isTold: Uint8Array;
}

/** @param requests most that can be in an episode */
export const createTold = (requests: number): Told => ({
  all: createIds(),
  unread: createIds(),
  isTold: new Uint8Array(requests),
});

export function tell({ all, isTold }: Told, r: RequestId): void {
  if (isTold[r] === 1) return;
  isTold[r] = 1;
  pushId(all, r);
}

/** Lists those who were told and are not among these, whom the engine reads anyway. */
export function listUnread({ all, unread, isTold }: Told, { ids, n }: Ids): void {
  for (let k = 0; k < n; k++) isTold[ids[k]] = 0;
  reserveIds(unread, all.n);
  const to = unread.ids;
  let count = 0;
  for (let k = 0; k < all.n; k++) {
    const r = all.ids[k];
    to[count] = r;
    count += isTold[r];
    isTold[r] = 0;
  }
  unread.n = count;
}

/** Names them to the engine. */
export function touch({ ids, n }: Ids, out: BatchDecision): void {
  for (let k = 0; k < n; k++) out.touch(ids[k]);
}
