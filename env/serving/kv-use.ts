/** Blocks in use over time, exact through leaps: who takes a block in which iteration follows from lengths and block size. */
import type { Micros } from '../time.js';
import type { Replica } from './replica.js';

/** ∫ blocks in use dt, and what it takes to continue it. */
export interface KvUse {
  /** Block-µs up to `clock`. */
  area: number;
  most: number;
  clock: Micros;
  /** Blocks in use since `clock`, if no batch ends (an asynchronous engine that plans its first). */
  standing: number;
  /** Room for when each iteration of a leap began. */
  starts: Float64Array;
}

export const createKvUse = (): KvUse => ({ area: 0, most: 0, clock: 0, standing: 0, starts: new Float64Array(64) });

export function copyKvUse(from: KvUse, to: KvUse): void {
  to.area = from.area;
  to.most = from.most;
  to.clock = from.clock;
  to.standing = from.standing;
}

/** Blocks that are not free; 0 where memory has no limit. */
export const usedBlocks = (s: Replica): number => (s.rules.blocks === Infinity ? 0 : s.rules.blocks - s.free);

/** A batch was planned: what asynchronous engines took for it stands until the batch before ends. */
export function stand(use: KvUse, s: Replica): void {
  use.area += use.standing * (s.now - use.clock);
  use.clock = s.now;
  use.standing = usedBlocks(s);
}

/** What is in use now was in use since `from`. */
export function occupy(use: KvUse, s: Replica, from: Micros): void {
  const used = usedBlocks(s);
  use.area += used * (s.now - from);
  if (used > use.most) use.most = used;
  use.clock = s.now;
}

/**
 * m iterations ended, in each of which every running request grew by a token. A request that takes a block in iteration i
 * did not have it in those before.
 * @param held blocks each running request had when it was last looked at; it may have grown since, never beyond its tokens
 */
export function occupyLeap(use: KvUse, s: Replica, m: number, from: Micros, held: Int32Array): void {
  occupy(use, s, from);
  if (s.rules.blocks === Infinity) return;
  const starts = startsOf(use, s.times, m);
  const { blockSize } = s.rules;
  const { computed, blocks } = s.requests;
  const { ids, n } = s.running;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    const before = computed[r] - m;
    if ((blocks[r] - 1) * blockSize < before) continue; // its last block is as old as its tokens
    const had = Math.max(held[r], Math.ceil(before / blockSize));
    for (let b = had; b < blocks[r]; b++) use.area -= starts[b * blockSize - before];
    held[r] = blocks[r];
  }
}

/** When each of m iterations began, from the beginning of the first. */
function startsOf(use: KvUse, times: Int32Array, m: number): Float64Array {
  if (use.starts.length < m) use.starts = new Float64Array(times.length);
  const { starts } = use;
  let elapsed = 0;
  for (let k = 0; k < m; k++) {
    starts[k] = elapsed;
    elapsed += times[k];
  }
  return starts;
}
