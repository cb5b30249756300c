/** Copies of a prefix cache, for snapshots. */
import type { Walk } from './block-hash.js';
import type { PrefixCache } from './prefix.js';

export interface SavedCache {
  arrays: Int32Array[];
  hashed: Uint8Array;
  tables: Int32Array[];
  freeSeats: number[];
  entered: number[];
  walks: Walk[];
  wanted: [number, number, boolean];
}

const arraysOf = (c: PrefixCache): Int32Array[] => [
  c.next,
  c.previous,
  c.references,
  c.hashA,
  c.hashB,
  c.bucket,
  c.chain,
];

export function saveCache(cache: PrefixCache): SavedCache {
  return {
    arrays: arraysOf(cache).map((a) => a.slice()),
    hashed: cache.hashed.slice(),
    tables: cache.tables.map((t) => t.slice()),
    freeSeats: [...cache.freeSeats],
    entered: [...cache.entered],
    walks: cache.walks.map((w) => ({ ...w })),
    wanted: [cache.wantedA, cache.wantedB, cache.wantedEntered],
  };
}

export function loadCache(cache: PrefixCache, saved: SavedCache): void {
  arraysOf(cache).forEach((array, k) => {
    array.set(saved.arrays[k]);
  });
  cache.hashed.set(saved.hashed);
  const copy = <T>(to: T[], from: T[], clone: (value: T) => T): void => {
    to.length = 0;
    for (const value of from) to.push(clone(value));
  };
  copy(cache.tables, saved.tables, (t) => t.slice());
  copy(cache.freeSeats, saved.freeSeats, (v) => v);
  copy(cache.entered, saved.entered, (v) => v);
  copy(cache.walks, saved.walks, (w) => ({ ...w }));
  [cache.wantedA, cache.wantedB, cache.wantedEntered] = saved.wanted;
}
