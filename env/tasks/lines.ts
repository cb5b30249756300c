/** Requests in several orders, kept from one call to the next: of many who stand where they stood, only those who moved cost anything. */
import type { Ids, RequestId } from '../serving/policy.js';

export interface Lines {
  /** By order: entries 0 … n − 1, lowest key first, ties by id. */
  readonly ids: readonly Int32Array[];
  n: number;
  /** By order and request; NaN in all orders where it does not stand in line. */
  readonly keys: readonly Float64Array[];
  /** By request: the call that last had it. */
  readonly stayed: Int32Array;
  /** Room for those who leave or move, and for those who come or moved. */
  readonly gone: Int32Array;
  readonly fresh: Int32Array;
  calls: number;
}

/** More newcomers than these are sorted with all others. */
const FEW = 32;

/** @param requests most that can be in an episode */
export const createLines = (orders: number, requests: number): Lines => {
  const column = <T>(make: () => T): T[] => Array.from({ length: orders }, make);
  return {
    ids: column(() => new Int32Array(requests)),
    n: 0,
    keys: column(() => new Float64Array(requests).fill(Number.NaN)),
    stayed: new Int32Array(requests),
    gone: new Int32Array(requests),
    fresh: new Int32Array(requests),
    calls: 0,
  };
};

/**
 * Brings the lines up to date: the first n of `given` stand in them then.
 * @param moved those whose keys may be others than when they were last given
 * @param writeKeys writes the keys of a request that is given. @returns whether they are other ones
 */
export function align(
  lines: Lines,
  given: Int32Array,
  n: number,
  moved: Ids,
  writeKeys: (r: RequestId) => boolean,
): void {
  const { ids, keys, stayed, gone, fresh } = lines;
  const [anyOrder] = ids;
  const call = ++lines.calls;
  const news = listFresh(lines, given, n, moved, writeKeys);
  if (news === 0 && lines.n === n) return;
  for (let k = 0; k < news; k++) stayed[fresh[k]] = 0;
  let left = 0;
  for (let k = 0; k < lines.n; k++) {
    const r = anyOrder[k];
    gone[left] = r;
    left = (left + ((stayed[r] - call) >>> 31)) | 0; // below 0 for who was last there in an earlier call
  }
  const stay = lines.n - left;
  for (let order = 0; order < ids.length; order++) {
    const line = ids[order];
    const key = keys[order];
    if (left > FEW) keep(line, lines.n, stayed, call);
    else for (let k = 0; k < left; k++) remove(line, lines.n - k, gone[k]);
    if (news > FEW) sortIn(line, key, stay, fresh, news);
    else for (let k = 0; k < news; k++) insert(line, key, stay + k, fresh[k]);
  }
  lines.n = stay + news;
  for (let k = 0; k < news; k++) stayed[fresh[k]] = call;
  for (let k = 0; k < left; k++) if (stayed[gone[k]] !== call) for (const key of keys) key[gone[k]] = Number.NaN;
}

/** Lists who came in, or has other keys now. Returns how many there are. */
function listFresh(
  { keys: [stands], stayed, fresh, calls }: Lines,
  given: Int32Array,
  n: number,
  moved: Ids,
  writeKeys: (r: RequestId) => boolean,
): number {
  let news = 0;
  for (let k = 0; k < n; k++) {
    const r = given[k];
    stayed[r] = calls;
    fresh[news] = r;
    news += Number.isNaN(stands[r]) ? 1 : 0;
  }
  for (let k = 0; k < news; k++) writeKeys(fresh[k]);
  for (let k = 0; k < moved.n; k++) {
    const r = moved.ids[k];
    if (stayed[r] === calls && writeKeys(r)) fresh[news++] = r;
  }
  return news;
}

/** Those who stayed, as they stand. */
function keep(line: Int32Array, n: number, stayed: Int32Array, call: number): void {
  let kept = 0;
  for (let k = 0; k < n; k++) {
    const r = line[k];
    line[kept] = r;
    kept += stayed[r] === call ? 1 : 0;
  }
}

/** Takes r out of the first n. */
function remove(line: Int32Array, n: number, r: RequestId): void {
  let at = 0;
  while (line[at] !== r) at++;
  for (; at < n - 1; at++) line[at] = line[at + 1];
}

/** Puts r among the first n. */
function insert(line: Int32Array, keys: Float64Array, n: number, r: RequestId): void {
  const key = keys[r];
  let at = n;
  for (; at > 0; at--) {
    const before = line[at - 1];
    if (keys[before] < key || (keys[before] === key && before < r)) break;
    line[at] = before;
  }
  line[at] = r;
}

function sortIn(line: Int32Array, keys: Float64Array, n: number, fresh: Int32Array, news: number): void {
  for (let k = 0; k < news; k++) line[n + k] = fresh[k];
  line.subarray(0, n + news).sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b));
}
