/**
 * Loops over the requests of a batch, four a time: at every turn of a loop V8 (as of Node 20) reads the header of each
 * array anew, which costs more than the work on one request.
 */
import { reserveIds } from './ids.js';
import type { Replica } from './replica.js';

/** True if anyone's value in this column is not 0. */
export function anySet(column: Uint8Array, ids: Int32Array, n: number): boolean {
  let set = 0;
  let k = 0;
  for (; k + 7 < n; k += 8) {
    set |= column[ids[k]] | column[ids[k + 1]] | column[ids[k + 2]] | column[ids[k + 3]];
    set |= column[ids[k + 4]] | column[ids[k + 5]] | column[ids[k + 6]] | column[ids[k + 7]];
  }
  for (; k < n; k++) set |= column[ids[k]];
  return set !== 0;
}

/** The same for two columns. */
export function eitherSet(first: Uint8Array, second: Uint8Array, ids: Int32Array, n: number): boolean {
  let set = 0;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    set |= first[a] | first[b] | first[c] | first[d];
    set |= second[a] | second[b] | second[c] | second[d];
  }
  for (; k < n; k++) set |= first[ids[k]] | second[ids[k]];
  return set !== 0;
}

/**
 * Notes in `s.crossing` who needs a block for m more tokens. Returns how many. Who stands at a border is as good as random:
 * sign bits instead of branches, which a processor would foresee wrongly.
 */
export function atBorder(s: Replica, ids: Int32Array, n: number, m: number): number {
  const { computed, blocks } = s.requests;
  const { crossing } = s;
  const { blockSize } = s.rules;
  let count = 0;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    crossing[count] = a;
    count = (count + ((Math.imul(blocks[a], blockSize) - computed[a] - m) >>> 31)) | 0;
    crossing[count] = b;
    count = (count + ((Math.imul(blocks[b], blockSize) - computed[b] - m) >>> 31)) | 0;
    crossing[count] = c;
    count = (count + ((Math.imul(blocks[c], blockSize) - computed[c] - m) >>> 31)) | 0;
    crossing[count] = d;
    count = (count + ((Math.imul(blocks[d], blockSize) - computed[d] - m) >>> 31)) | 0;
  }
  for (; k < n; k++) {
    const r = ids[k];
    crossing[count] = r;
    count = (count + ((Math.imul(blocks[r], blockSize) - computed[r] - m) >>> 31)) | 0;
  }
  return count;
}

/** The same where full blocks enter the prefix cache as they are planned: those who complete one with the next token are noted, too. */
export function atBorderOrFull(s: Replica, ids: Int32Array, n: number): number {
  const { computed, blocks } = s.requests;
  const { crossing } = s;
  const { blockSize } = s.rules;
  let count = 0;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    const after = (computed[r] + 1) | 0;
    const lacks = (Math.imul(blocks[r], blockSize) - after) >>> 31;
    const fills = ((after % blockSize) - 1) >>> 31;
    crossing[count] = r;
    count = (count + (lacks | fills)) | 0;
  }
  return count;
}

/** One token more is computed of each. */
export function computeOne(s: Replica, ids: Int32Array, n: number): void {
  const { computed } = s.requests;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    computed[ids[k]]++;
    computed[ids[k + 1]]++;
    computed[ids[k + 2]]++;
    computed[ids[k + 3]]++;
  }
  for (; k < n; k++) computed[ids[k]]++;
}

/**
 * Each of these requests has m tokens more, which took `elapsed` µs and appear now.
 * @param computing m if their KV is computed with them, 0 if that was counted before
 */
export function advance(s: Replica, ids: Int32Array, n: number, m: number, computing: number, elapsed: number): void {
  const { computed, generated, known, service, lastToken } = s.requests;
  const { now } = s;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    computed[a] = (computed[a] + computing) | 0;
    computed[b] = (computed[b] + computing) | 0;
    computed[c] = (computed[c] + computing) | 0;
    computed[d] = (computed[d] + computing) | 0;
    generated[a] = (generated[a] + m) | 0;
    generated[b] = (generated[b] + m) | 0;
    generated[c] = (generated[c] + m) | 0;
    generated[d] = (generated[d] + m) | 0;
    known[a] = (known[a] + m) | 0;
    known[b] = (known[b] + m) | 0;
    known[c] = (known[c] + m) | 0;
    known[d] = (known[d] + m) | 0;
    service[a] += elapsed;
    service[b] += elapsed;
    service[c] += elapsed;
    service[d] += elapsed;
    lastToken[a] = now;
    lastToken[b] = now;
    lastToken[c] = now;
    lastToken[d] = now;
  }
  for (; k < n; k++) {
    const r = ids[k];
    computed[r] = (computed[r] + computing) | 0;
    generated[r] = (generated[r] + m) | 0;
    known[r] = (known[r] + m) | 0;
    service[r] += elapsed;
    lastToken[r] = now;
  }
}

/** Notes that all of these moved. */
export function markAll(s: Replica, ids: Int32Array, n: number): void {
  const { changed } = s;
  const { marked } = s.hidden;
  reserveIds(changed, changed.n + n + 1);
  const list = changed.ids;
  let count = changed.n;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    list[count] = r;
    count += 1 - marked[r];
    marked[r] = 1;
  }
  changed.n = count;
}

/** Tokens until the first of these requests is complete. */
export function leastLeft(s: Replica, ids: Int32Array, n: number): number {
  const { generated } = s.requests;
  const { end } = s.hidden;
  let least = 0x7fffffff;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    const first = Math.min((end[a] - generated[a]) | 0, (end[b] - generated[b]) | 0);
    const second = Math.min((end[c] - generated[c]) | 0, (end[d] - generated[d]) | 0);
    least = Math.min(least, first, second);
  }
  for (; k < n; k++) least = Math.min(least, end[ids[k]] - generated[ids[k]]);
  return least;
}

/** The most computed tokens that one of these has. */
export function longestOf(s: Replica, ids: Int32Array, n: number): number {
  const { computed } = s.requests;
  let longest = 0;
  for (let k = 0; k < n; k++) longest = Math.max(longest, computed[ids[k]]);
  return longest;
}

/** Σ of computed tokens. */
export function contextOf(s: Replica, ids: Int32Array, n: number): number {
  const { computed } = s.requests;
  let context = 0;
  let k = 0;
  for (; k + 3 < n; k += 4)
    context += computed[ids[k]] + computed[ids[k + 1]] + computed[ids[k + 2]] + computed[ids[k + 3]];
  for (; k < n; k++) context += computed[ids[k]];
  return context;
}
