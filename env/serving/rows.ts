/** Copies of rows: what a snapshot is made of. */
import type { Group, LedgerMark } from './columns.js';

/** A copy of some rows of a group. Buffers grow and are used again. */
export interface SavedRows {
  f64: Float64Array;
  f32: Float32Array;
  i32: Int32Array;
  u8: Uint8Array;
}

export const emptyRows = (): SavedRows => ({
  f64: new Float64Array(0),
  f32: new Float32Array(0),
  i32: new Int32Array(0),
  u8: new Uint8Array(0),
});

// One function per kind keeps each loop monomorphic: a mixed one is ten times slower. Four rows a time, as in bulk.ts.
function gatherF64(columns: readonly Float64Array[], ids: Int32Array, n: number, out: Float64Array): void {
  let at = 0;
  for (const column of columns) {
    let k = 0;
    for (; k + 3 < n; k += 4, at += 4) {
      out[at] = column[ids[k]];
      out[at + 1] = column[ids[k + 1]];
      out[at + 2] = column[ids[k + 2]];
      out[at + 3] = column[ids[k + 3]];
    }
    for (; k < n; k++) out[at++] = column[ids[k]];
  }
}

function gatherF32(columns: readonly Float32Array[], ids: Int32Array, n: number, out: Float32Array): void {
  let at = 0;
  for (const column of columns) {
    let k = 0;
    for (; k + 3 < n; k += 4, at += 4) {
      out[at] = column[ids[k]];
      out[at + 1] = column[ids[k + 1]];
      out[at + 2] = column[ids[k + 2]];
      out[at + 3] = column[ids[k + 3]];
    }
    for (; k < n; k++) out[at++] = column[ids[k]];
  }
}

function gatherI32(columns: readonly Int32Array[], ids: Int32Array, n: number, out: Int32Array): void {
  let at = 0;
  for (const column of columns) {
    let k = 0;
    for (; k + 3 < n; k += 4, at += 4) {
      out[at] = column[ids[k]];
      out[at + 1] = column[ids[k + 1]];
      out[at + 2] = column[ids[k + 2]];
      out[at + 3] = column[ids[k + 3]];
    }
    for (; k < n; k++) out[at++] = column[ids[k]];
  }
}

function gatherU8(columns: readonly Uint8Array[], ids: Int32Array, n: number, out: Uint8Array): void {
  let at = 0;
  for (const column of columns) {
    let k = 0;
    for (; k + 3 < n; k += 4, at += 4) {
      out[at] = column[ids[k]];
      out[at + 1] = column[ids[k + 1]];
      out[at + 2] = column[ids[k + 2]];
      out[at + 3] = column[ids[k + 3]];
    }
    for (; k < n; k++) out[at++] = column[ids[k]];
  }
}

function scatterF64(
  columns: readonly Float64Array[],
  count: number,
  ids: Int32Array,
  n: number,
  from: Float64Array,
): void {
  let at = 0;
  for (let c = 0; c < count; c++) {
    const column = columns[c];
    let k = 0;
    for (; k + 3 < n; k += 4, at += 4) {
      column[ids[k]] = from[at];
      column[ids[k + 1]] = from[at + 1];
      column[ids[k + 2]] = from[at + 2];
      column[ids[k + 3]] = from[at + 3];
    }
    for (; k < n; k++) column[ids[k]] = from[at++];
  }
}

function scatterF32(
  columns: readonly Float32Array[],
  count: number,
  ids: Int32Array,
  n: number,
  from: Float32Array,
): void {
  let at = 0;
  for (let c = 0; c < count; c++) {
    const column = columns[c];
    let k = 0;
    for (; k + 3 < n; k += 4, at += 4) {
      column[ids[k]] = from[at];
      column[ids[k + 1]] = from[at + 1];
      column[ids[k + 2]] = from[at + 2];
      column[ids[k + 3]] = from[at + 3];
    }
    for (; k < n; k++) column[ids[k]] = from[at++];
  }
}

function scatterI32(columns: readonly Int32Array[], count: number, ids: Int32Array, n: number, from: Int32Array): void {
  let at = 0;
  for (let c = 0; c < count; c++) {
    const column = columns[c];
    let k = 0;
    for (; k + 3 < n; k += 4, at += 4) {
      column[ids[k]] = from[at];
      column[ids[k + 1]] = from[at + 1];
      column[ids[k + 2]] = from[at + 2];
      column[ids[k + 3]] = from[at + 3];
    }
    for (; k < n; k++) column[ids[k]] = from[at++];
  }
}

function scatterU8(columns: readonly Uint8Array[], count: number, ids: Int32Array, n: number, from: Uint8Array): void {
  let at = 0;
  for (let c = 0; c < count; c++) {
    const column = columns[c];
    let k = 0;
    for (; k + 3 < n; k += 4, at += 4) {
      column[ids[k]] = from[at];
      column[ids[k + 1]] = from[at + 1];
      column[ids[k + 2]] = from[at + 2];
      column[ids[k + 3]] = from[at + 3];
    }
    for (; k < n; k++) column[ids[k]] = from[at++];
  }
}

/** Copies rows `ids[0 … n − 1]` of all columns of a group into `into`. */
export function saveRows(group: Group, ids: Int32Array, n: number, into: SavedRows): void {
  if (
    into.f64.length < n * group.f64.length ||
    into.i32.length < n * group.i32.length ||
    into.u8.length < n * group.u8.length
  ) {
    const room = 2 * n;
    into.f64 = new Float64Array(room * group.f64.length);
    into.f32 = new Float32Array(room * group.f32.length);
    into.i32 = new Int32Array(room * group.i32.length);
    into.u8 = new Uint8Array(room * group.u8.length);
  }
  gatherF64(group.f64, ids, n, into.f64);
  gatherF32(group.f32, ids, n, into.f32);
  gatherI32(group.i32, ids, n, into.i32);
  gatherU8(group.u8, ids, n, into.u8);
}

/**
 * Writes rows that were saved under these ids into a group whose columns are those that were saved.
 * @param upTo only the first so many columns: a ledger's later ones are another policy's memory
 */
export function loadRows(group: Group, ids: Int32Array, n: number, from: SavedRows, upTo?: LedgerMark): void {
  scatterF64(group.f64, upTo?.f64 ?? group.f64.length, ids, n, from.f64);
  scatterF32(group.f32, upTo?.f32 ?? group.f32.length, ids, n, from.f32);
  scatterI32(group.i32, upTo?.i32 ?? group.i32.length, ids, n, from.i32);
  scatterU8(group.u8, upTo?.u8 ?? group.u8.length, ids, n, from.u8);
}
