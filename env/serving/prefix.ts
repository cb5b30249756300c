/**
 * The prefix cache: blocks under a hash of their tokens and of all tokens before them, with reference counts and a free
 * queue in order of last use. Which block holds what matters here; without prefix caching blocks are only counted.
 */
import type { Content, Workload } from '../workloads/workload.js';
import { newWalk, startWalk, stepBlock, type Walk } from './block-hash.js';
import { type ColumnKind, column, type Ledger } from './columns.js';

/** Blocks are numbered from 1; 0 is nobody (the real engine's null block). */
export interface PrefixCache {
  readonly blockSize: number;
  /** Of the workload. */
  content: Content | null;
  /** The free queue: a ring through block 0. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly references: Int32Array;
  /** 64-bit hash in two halves; only where `hashed` is 1. */
  readonly hashA: Int32Array;
  readonly hashB: Int32Array;
  readonly hashed: Uint8Array;
  /** Blocks of equal hash bucket, in order of entry. */
  readonly bucket: Int32Array;
  readonly chain: Int32Array;
  /** Seat of a request: where its table is; 0 = none. */
  readonly seat: Int32Array;
  readonly tables: Int32Array[];
  readonly freeSeats: number[];
  /** By seat: blocks entered in the cache, and the walk over the request's tokens behind them. */
  readonly entered: number[];
  readonly walks: Walk[];
  /** Result of the last `lookup`. */
  readonly found: { blocks: Int32Array; n: number; free: number };
  /** The hash that the blocked head of the queue misses; set by `watch`. */
  wantedA: number;
  wantedB: number;
  /** 1 = a block with the wanted hash was entered since. */
  wantedEntered: boolean;
}

export function createPrefixCache(blocks: number, blockSize: number, ledger: Ledger, workload: Workload): PrefixCache {
  const of = (kind: ColumnKind<Int32Array>): Int32Array => column(ledger, kind, 'progress');
  let buckets = 16;
  while (buckets < blocks) buckets *= 2;
  const cache: PrefixCache = {
    blockSize,
    content: workload.content ?? null,
    next: new Int32Array(blocks + 1),
    previous: new Int32Array(blocks + 1),
    references: new Int32Array(blocks + 1),
    hashA: new Int32Array(blocks + 1),
    hashB: new Int32Array(blocks + 1),
    hashed: new Uint8Array(blocks + 1),
    bucket: new Int32Array(buckets),
    chain: new Int32Array(blocks + 1),
    seat: of(Int32Array),
    tables: [new Int32Array(0)],
    freeSeats: [],
    entered: [0],
    walks: [newWalk()],
    found: { blocks: new Int32Array(64), n: 0, free: 0 },
    wantedA: 0,
    wantedB: 0,
    wantedEntered: false,
  };
  for (let b = 0; b <= blocks; b++) {
    cache.next[b] = b === blocks ? 0 : b + 1;
    cache.previous[b] = b === 0 ? blocks : b - 1;
  }
  return cache;
}

/** The block entered first under this hash that still exists; 0 = none. */
function find(cache: PrefixCache, a: number, b: number): number {
  let block = cache.bucket[a & (cache.bucket.length - 1)];
  while (block !== 0 && (cache.hashA[block] !== a || cache.hashB[block] !== b)) block = cache.chain[block];
  return block;
}

const probe = newWalk();

/**
 * The longest chain of cached full blocks from the start of a request, at most `most` blocks: `found.n` blocks, of which
 * `found.free` lie in the free queue.
 */
export function lookup(cache: PrefixCache, row: number, promptTokens: number, most: number): void {
  const { found } = cache;
  found.n = 0;
  found.free = 0;
  startWalk(probe);
  while (found.n < most) {
    stepBlock(cache, probe, row, promptTokens);
    const block = find(cache, probe.a, probe.b);
    if (block === 0) break;
    if (found.n === found.blocks.length) {
      const wider = new Int32Array(2 * found.n);
      wider.set(found.blocks);
      found.blocks = wider;
    }
    found.blocks[found.n++] = block;
    if (cache.references[block] === 0) found.free++;
  }
}

/** Remembers the hash at which the last `lookup` ended, to notice when more could be found. */
export function watch(cache: PrefixCache): void {
  cache.wantedA = probe.a;
  cache.wantedB = probe.b;
  cache.wantedEntered = false;
}

function unlink(cache: PrefixCache, block: number): void {
  const { next, previous } = cache;
  next[previous[block]] = next[block];
  previous[next[block]] = previous[block];
}

function linkAfter(cache: PrefixCache, before: number, block: number): void {
  const { next, previous } = cache;
  next[block] = next[before];
  previous[block] = before;
  previous[next[before]] = block;
  next[before] = block;
}

/** Takes a hash away from a block that gets new content. */
function forget(cache: PrefixCache, block: number): void {
  if (!cache.hashed[block]) return;
  cache.hashed[block] = 0;
  const slot = cache.hashA[block] & (cache.bucket.length - 1);
  let at = cache.bucket[slot];
  if (at === block) {
    cache.bucket[slot] = cache.chain[block];
    return;
  }
  while (cache.chain[at] !== block) at = cache.chain[at];
  cache.chain[at] = cache.chain[block];
}

/** Gives a request a table that starts with the blocks found by the last `lookup`. Returns how many of them left the free queue. */
export function seatRequest(cache: PrefixCache, id: number, row: number, promptTokens: number): number {
  const seat = cache.freeSeats.pop() ?? cache.tables.length;
  if (seat === cache.tables.length) {
    cache.tables.push(new Int32Array(16));
    cache.entered.push(0);
    cache.walks.push(newWalk());
  }
  cache.seat[id] = seat;
  const { found } = cache;
  const table = room(cache, seat, found.n);
  const walk = cache.walks[seat];
  let unlinked = 0;
  startWalk(walk);
  for (let k = 0; k < found.n; k++) {
    const block = found.blocks[k];
    table[k] = block;
    if (cache.references[block]++ === 0) {
      unlink(cache, block);
      unlinked++;
    }
    stepBlock(cache, walk, row, promptTokens);
  }
  cache.entered[seat] = found.n;
  return unlinked;
}

/** Blocks that would come free for someone else if this request lost its own: nobody shares them, and the last `lookup` did not find them. */
export function ownBlocks(cache: PrefixCache, id: number, held: number): number {
  const table = cache.tables[cache.seat[id]];
  const { found } = cache;
  let own = 0;
  for (let k = 0; k < held; k++) {
    const wanted = k < found.n && found.blocks[k] === table[k];
    if (cache.references[table[k]] === 1 && !wanted) own++;
  }
  return own;
}

function room(cache: PrefixCache, seat: number, blocks: number): Int32Array {
  const table = cache.tables[seat];
  if (table.length >= blocks) return table;
  const wider = new Int32Array(Math.max(blocks, 2 * table.length));
  wider.set(table);
  cache.tables[seat] = wider;
  return wider;
}

/** Takes `count` blocks from the front of the free queue for a request that holds `held`. The caller knows that they are there. */
export function takeBlocks(cache: PrefixCache, id: number, held: number, count: number): void {
  const table = room(cache, cache.seat[id], held + count);
  for (let k = 0; k < count; k++) {
    const block = cache.next[0];
    unlink(cache, block);
    forget(cache, block);
    cache.references[block] = 1;
    table[held + k] = block;
  }
}

/** Enters the request's first `full` blocks in the cache, those that are not yet. */
export function enterBlocks(cache: PrefixCache, id: number, row: number, promptTokens: number, full: number): void {
  const seat = cache.seat[id];
  const walk = cache.walks[seat];
  const table = cache.tables[seat];
  for (let k = cache.entered[seat]; k < full; k++) {
    stepBlock(cache, walk, row, promptTokens);
    const block = table[k];
    cache.hashA[block] = walk.a;
    cache.hashB[block] = walk.b;
    cache.hashed[block] = 1;
    cache.chain[block] = 0;
    const slot = walk.a & (cache.bucket.length - 1);
    if (cache.bucket[slot] === 0) cache.bucket[slot] = block;
    else {
      let last = cache.bucket[slot];
      while (cache.chain[last] !== 0) last = cache.chain[last];
      cache.chain[last] = block;
    }
    if (walk.a === cache.wantedA && walk.b === cache.wantedB) cache.wantedEntered = true;
  }
  if (full > cache.entered[seat]) cache.entered[seat] = full;
}

/**
 * Gives back all `held` blocks of a request, tail first. A block nobody uses joins the end of the free queue if it has a
 * hash, else its front or end. Returns how many came free.
 */
export function freeBlocks(cache: PrefixCache, id: number, held: number, unhashedFirst: boolean): number {
  const seat = cache.seat[id];
  const table = cache.tables[seat];
  let freed = 0;
  for (let k = held - 1; k >= 0; k--) {
    const block = table[k];
    if (--cache.references[block] > 0) continue;
    freed++;
    linkAfter(cache, cache.hashed[block] || !unhashedFirst ? cache.previous[0] : 0, block);
  }
  cache.freeSeats.push(seat);
  cache.seat[id] = 0;
  return freed;
}
