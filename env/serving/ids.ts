/** Growing lists of request ids, lent to policies as they stand. */

/** Entries 0 … n − 1 of `ids`. */
export interface IdList {
  ids: Int32Array;
  n: number;
}

export const createIds = (room = 64): IdList => ({ ids: new Int32Array(room), n: 0 });

/** Makes room for `n` entries. */
export function reserveIds(list: IdList, n: number): void {
  if (n <= list.ids.length) return;
  const wider = new Int32Array(Math.max(n, 2 * list.ids.length));
  wider.set(list.ids);
  list.ids = wider;
}

export function pushId(list: IdList, id: number): void {
  if (list.n === list.ids.length) reserveIds(list, list.n + 1);
  list.ids[list.n++] = id;
}

/** Removes the entry at `at`; the ones behind it move up. */
export function removeIdAt(list: IdList, at: number): void {
  list.ids.copyWithin(at, at + 1, list.n);
  list.n--;
}

/** Where `id` stands; −1 = nowhere. For short lists. */
export function indexOfId(list: IdList, id: number): number {
  for (let k = 0; k < list.n; k++) if (list.ids[k] === id) return k;
  return -1;
}

/** Lists longer than this are copied by the runtime: a call costs as much as so many entries. */
const SHORT = 32;

export function copyIds(from: IdList, to: IdList): void {
  const { n } = from;
  reserveIds(to, n);
  if (n > SHORT) to.ids.set(from.ids.subarray(0, n));
  else for (let k = 0; k < n; k++) to.ids[k] = from.ids[k];
  to.n = n;
}
