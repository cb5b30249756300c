/**
 * Heads of requests, a column at a time: what an agent says of those it was shown, and what that comes to with what the
 * heuristic says. Functions of columns: what a closure holds V8 (as of Node 20) looks up and checks anew at every use.
 */
import type { Column } from '../serving/columns.js';
import type { RequestId } from '../serving/policy.js';
import { drafted, factorOf, reserved, shifted } from './heads.js';

/** Where a head stands in an action: in every `width`-th of `values` from `from` on, a number for each row. */
export interface Given {
  readonly values: Float32Array;
  readonly from: number;
  readonly width: number;
}

/** What ranks are made of, by request. */
export interface Ranks {
  /** What the heuristic says. */
  readonly said: Float64Array;
  /** The rank head. */
  readonly head: Float64Array;
  /** Where the head was when the factor was computed, and e^(span · head) − 1: all 0 at first. */
  readonly headOfFactor: Float64Array;
  readonly factor: Float64Array;
  readonly span: number;
}

/**
 * Sets a head of those who stand in the first n rows; what is missing is 0.
 * @returns whether anyone was told another number
 */
export function setHead({ values, from, width }: Given, ids: Int32Array, n: number, held: Float64Array): boolean {
  const told = Math.min(n, Math.ceil((values.length - from) / width)); // rows with a number
  const step = width | 0;
  let at = from | 0;
  let moved = 0;
  let k = 0;
  for (; k + 3 < told; k += 4) {
    moved |= put(ids[k], values[at], held);
    moved |= put(ids[k + 1], values[(at + step) | 0], held);
    moved |= put(ids[k + 2], values[(at + 2 * step) | 0], held);
    moved |= put(ids[k + 3], values[(at + 3 * step) | 0], held);
    at = (at + 4 * step) | 0;
  }
  for (; k < told; k++, at = (at + step) | 0) moved |= put(ids[k], values[at], held);
  for (; k < n; k++) moved |= put(ids[k], 0, held);
  return moved !== 0;
}

/** @returns 1 if that is another number than before */
function put(r: RequestId, value: number, held: Float64Array): number {
  if (held[r] === value) return 0;
  held[r] = value;
  return 1;
}

/** The exponential of a head is computed when the rank is wanted: most are told another number before. */
function rankOf(r: RequestId, { said, head, headOfFactor, factor, span }: Ranks): number {
  const own = head[r];
  if (own !== headOfFactor[r]) {
    headOfFactor[r] = own;
    factor[r] = factorOf(own, span) - 1;
  }
  return shifted(said[r], factor[r] + 1);
}

export function writeRanks(ids: Column, n: number, ranks: Ranks, rank: Float64Array): void {
  for (let k = 0; k < n; k++) rank[ids[k]] = rankOf(ids[k], ranks);
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
  if (own === null) {
    for (let k = 0; k < n; k++) draft[ids[k]] = drafted(said[ids[k]], a, most);
    return;
  }
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const p = ids[k];
    const q = ids[k + 1];
    const r = ids[k + 2];
    const s = ids[k + 3];
    draft[p] = drafted(drafted(said[p], a, most), own[p], most);
    draft[q] = drafted(drafted(said[q], a, most), own[q], most);
    draft[r] = drafted(drafted(said[r], a, most), own[r], most);
    draft[s] = drafted(drafted(said[s], a, most), own[s], most);
  }
  for (; k < n; k++) draft[ids[k]] = drafted(drafted(said[ids[k]], a, most), own[ids[k]], most);
}

/** True if the heuristic sets aside something for any of these by itself. */
export function setsAside(ids: Column, n: number, said: Int32Array): boolean {
  let all = -1; // nothing of anyone
  let k = 0;
  for (; k + 3 < n; k += 4) all &= said[ids[k]] & said[ids[k + 1]] & said[ids[k + 2]] & said[ids[k + 3]];
  for (; k < n; k++) all &= said[ids[k]];
  return all !== -1;
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
