/** Requests in order of a key, kept from one call to the next: of many who stand where they stood, only those who moved cost anything. */
import type { RequestId } from '../serving/policy.js';

/** Entries 0 … n − 1 of `ids`, lowest key first, ties by id. */
export interface Line {
  readonly ids: Int32Array;
  n: number;
  /** By request; NaN: it is not in line. */
  readonly keys: Float64Array;
  /** By request: the call that found it where it stood. */
  readonly stayed: Int32Array;
  /** Who comes in, or moves. */
  readonly fresh: Int32Array;
  readonly freshKeys: Float64Array;
  calls: number;
}

/** More newcomers than these are sorted with all others. */
const FEW = 32;

/** @param requests most that can be in an episode */
export const createLine = (requests: number): Line => ({
  ids: new Int32Array(requests),
  n: 0,
  keys: new Float64Array(requests).fill(Number.NaN),
  stayed: new Int32Array(requests),
  fresh: new Int32Array(requests),
  freshKeys: new Float64Array(requests),
  calls: 0,
});

/** Brings a line up to date: the first n of `given` stand in it, by the first n of `keys`. */
export function align(line: Line, given: ArrayLike<RequestId>, n: number, keys: Float64Array): void {
  const { stayed, fresh, freshKeys } = line;
  const call = ++line.calls;
  const known = line.keys;
  let news = 0;
  for (let k = 0; k < n; k++) {
    const r = given[k];
    if (known[r] === keys[k]) stayed[r] = call;
    else {
      fresh[news] = r;
      freshKeys[news++] = keys[k];
    }
  }
  if (line.n > n || news > 0) leave(line, call);
  for (let k = 0; k < news; k++) known[fresh[k]] = freshKeys[k];
  if (news > FEW) sortIn(line, news);
  else for (let k = 0; k < news; k++) insert(line, fresh[k]);
}

/** Those who were not found where they stood. */
function leave(line: Line, call: number): void {
  const { ids, n, keys, stayed } = line;
  let kept = 0;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    ids[kept] = r;
    if (stayed[r] === call) kept++;
    else keys[r] = Number.NaN;
  }
  line.n = kept;
}

function insert(line: Line, r: RequestId): void {
  const { ids, keys } = line;
  const key = keys[r];
  let at = line.n++;
  for (; at > 0 && (keys[ids[at - 1]] > key || (keys[ids[at - 1]] === key && ids[at - 1] > r)); at--)
    ids[at] = ids[at - 1];
  ids[at] = r;
}

function sortIn(line: Line, news: number): void {
  const { ids, keys, fresh } = line;
  for (let k = 0; k < news; k++) ids[line.n++] = fresh[k];
  ids.subarray(0, line.n).sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b));
}
