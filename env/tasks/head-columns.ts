/**
 * Heads of requests, a column at a time: what an agent says of those it was shown, and what that comes to with what the
 * heuristic says. Functions of columns: what a closure holds V8 (as of Node 20) looks up and checks anew at every use.
 */
import type { Column } from '../serving/columns.js';
import { reserveIds } from '../serving/ids.js';
import { drafted, factorOf, reserved, shifted } from './heads.js';
import type { Told } from './told.js';

/** Where a head stands in an action: in every `width`-th of `values` from `from` on, a number for each row. */
export interface Given {
  readonly values: Float32Array;
  readonly from: number;
  readonly width: number;
}

/**
 * Sets a head of those who stand in the first n rows; what is missing is 0. Who was told another number is told of.
 * @param factors of the rank head: e^(span · a) − 1 is kept, too
 */
export function setHead(
  { values, from, width }: Given,
  ids: Int32Array,
  n: number,
  held: Float64Array,
  factors: Float64Array | null,
  span: number,
  { all, isTold }: Told,
): void {
  const given = values.length;
  reserveIds(all, all.n + n);
  const list = all.ids;
  let count = all.n;
  for (let k = 0, at = from | 0; k < n; k++, at = (at + width) | 0) {
    const r = ids[k];
    const value = at < given ? values[at] : 0;
    if (held[r] === value) continue;
    held[r] = value;
    if (factors !== null) factors[r] = factorOf(value, span) - 1;
    list[count] = r;
    count = (count + 1 - isTold[r]) | 0;
    isTold[r] = 1;
  }
  all.n = count;
}

export function writeRanks(
  ids: Column,
  n: number,
  said: Float64Array,
  factors: Float64Array,
  rank: Float64Array,
): void {
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    rank[r] = shifted(said[r], factors[r] + 1);
  }
}

/**
 * @param a of everyone
 * @param own by request, beside it; null: there is none
 */
export function writeDrafts(
  ids: Column,
  n: number,
  said: Uint8Array,
  a: number,
  own: Float64Array | null,
  most: number,
  draft: Uint8Array,
): void {
  if (own === null) for (let k = 0; k < n; k++) draft[ids[k]] = drafted(said[ids[k]], a, most);
  else
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      draft[r] = drafted(drafted(said[r], a, most), own[r], most);
    }
}

/** True if the heuristic sets aside something for any of these by itself. */
export function setsAside(ids: Column, n: number, said: Int32Array): boolean {
  let any = 0;
  for (let k = 0; k < n; k++) any |= ~said[ids[k]];
  return any !== 0;
}

/** Of whom the heuristic says nothing, the growth of everyone holds. */
export function writeReserves(
  ids: Column,
  n: number,
  said: Int32Array,
  known: Column,
  a: number,
  reserve: Int32Array,
): void {
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    reserve[r] = said[r] >= 0 ? reserved(said[r], known[r], a) : said[r];
  }
}
