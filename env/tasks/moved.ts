/** Of whom something is to be written in this turn, and why: who is named to the engine depends on it. Empty between turns. */
import { createIds, type IdList, reserveIds } from '../serving/ids.js';
import type { BatchDecision, Ids } from '../serving/policy.js';

/** Why: somebody said something of it · it is one that the engine reads anyway · what is said of everyone moved. Bits. */
export const Why = { written: 1, read: 2, alike: 4 } as const;

/** The list, and the bits of `Why` by request: 0 = it is not in the list. */
export interface Moved {
  readonly list: IdList;
  readonly why: Uint8Array;
}

/** @param requests most that can be in an episode */
export const createMoved = (requests: number): Moved => ({ list: createIds(), why: new Uint8Array(requests) });

/** Adds those who are not in it yet. @param bits also for those who are */
export function join({ list, why }: Moved, { ids, n }: Ids, bits: number): void {
  reserveIds(list, list.n + n);
  const to = list.ids;
  let count = list.n;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    to[count] = r;
    count += why[r] === 0 ? 1 : 0;
    why[r] |= bits;
  }
  list.n = count;
}

/** Names those whom the engine would not read by itself. */
export function touch({ list: { ids, n }, why }: Moved, out: BatchDecision): void {
  for (let k = 0; k < n; k++) if ((why[ids[k]] & (Why.written | Why.read)) === Why.written) out.touch(ids[k]);
}

export function clear({ list, why }: Moved): void {
  const { ids, n } = list;
  for (let k = 0; k < n; k++) why[ids[k]] = 0;
  list.n = 0;
}
