/** Where every column of an episode is allocated, so that it is counted, cleared and forked with the state. */

/** Read-only view of a typed array: what a policy may look at. */
export interface Column {
  readonly length: number;
  readonly [row: number]: number;
}

type Kind = Float64Array | Float32Array | Int32Array | Uint8Array;
/** The kinds of typed arrays a column may have. */
export interface ColumnKind<T extends Kind = Kind> {
  new (length: number): T;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * All memory of an episode: columns have one value per request and are saved for live rows only; cells are small arrays
 * that are saved whole (random streams, counters of a policy).
 */
export interface Ledger {
  readonly capacity: number;
  readonly f64: Float64Array[];
  readonly f32: Float32Array[];
  readonly i32: Int32Array[];
  readonly u8: Uint8Array[];
  readonly cells: Kind[];
}

export const createLedger = (capacity: number): Ledger => ({ capacity, f64: [], f32: [], i32: [], u8: [], cells: [] });

/** Bytes of a page: columns that all began at the same place in one would share the same few lines of the first cache. */
const PAGE = 4096;
/** Five cache lines: odd, so that up to 64 columns begin in different ones. */
const STAGGER = 5 * 64;

/** A zeroed column of one value per request. Columns begin at staggered places: aligned alike they cost four times as much. */
export function column<T extends Kind>(ledger: Ledger, kind: ColumnKind<T>): T {
  const before = ledger.f64.length + ledger.f32.length + ledger.i32.length + ledger.u8.length;
  const room = new ArrayBuffer(ledger.capacity * kind.BYTES_PER_ELEMENT + PAGE);
  const array = new kind(room, (before * STAGGER) % PAGE, ledger.capacity);
  if (array instanceof Float64Array) ledger.f64.push(array);
  else if (array instanceof Float32Array) ledger.f32.push(array);
  else if (array instanceof Int32Array) ledger.i32.push(array);
  else ledger.u8.push(array);
  return array;
}

/** A zeroed array of `length` values that belongs to the episode as a whole. */
export function cells<T extends Kind>(ledger: Ledger, kind: ColumnKind<T>, length: number): T {
  const array = new kind(length);
  ledger.cells.push(array);
  return array;
}

/** Bytes of all columns per request. */
export function bytesPerRequest(ledger: Ledger): number {
  return 8 * ledger.f64.length + 4 * (ledger.f32.length + ledger.i32.length) + ledger.u8.length;
}

/** Zeroes rows `from` … `to` − 1 of every column. */
export function clearRows(ledger: Ledger, from: number, to: number): void {
  for (const array of ledger.f64) array.fill(0, from, to);
  for (const array of ledger.f32) array.fill(0, from, to);
  for (const array of ledger.i32) array.fill(0, from, to);
  for (const array of ledger.u8) array.fill(0, from, to);
}

/** A copy of some rows of every column, and of all cells. Buffers grow and are used again. */
export interface SavedRows {
  ids: Int32Array;
  count: number;
  f64: Float64Array;
  f32: Float32Array;
  i32: Int32Array;
  u8: Uint8Array;
  readonly cells: Kind[];
}

export const emptyRows = (): SavedRows => ({
  ids: new Int32Array(0),
  count: 0,
  f64: new Float64Array(0),
  f32: new Float32Array(0),
  i32: new Int32Array(0),
  u8: new Uint8Array(0),
  cells: [],
});

// One function per kind keeps each loop monomorphic: a mixed one is ten times slower.
function gatherF64(columns: Float64Array[], ids: Int32Array, n: number, out: Float64Array): void {
  let at = 0;
  for (const c of columns) for (let k = 0; k < n; k++) out[at++] = c[ids[k]];
}
function gatherF32(columns: Float32Array[], ids: Int32Array, n: number, out: Float32Array): void {
  let at = 0;
  for (const c of columns) for (let k = 0; k < n; k++) out[at++] = c[ids[k]];
}
function gatherI32(columns: Int32Array[], ids: Int32Array, n: number, out: Int32Array): void {
  let at = 0;
  for (const c of columns) for (let k = 0; k < n; k++) out[at++] = c[ids[k]];
}
function gatherU8(columns: Uint8Array[], ids: Int32Array, n: number, out: Uint8Array): void {
  let at = 0;
  for (const c of columns) for (let k = 0; k < n; k++) out[at++] = c[ids[k]];
}
function scatterF64(columns: Float64Array[], ids: Int32Array, n: number, from: Float64Array): void {
  let at = 0;
  for (const c of columns) for (let k = 0; k < n; k++) c[ids[k]] = from[at++];
}
function scatterF32(columns: Float32Array[], ids: Int32Array, n: number, from: Float32Array): void {
  let at = 0;
  for (const c of columns) for (let k = 0; k < n; k++) c[ids[k]] = from[at++];
}
function scatterI32(columns: Int32Array[], ids: Int32Array, n: number, from: Int32Array): void {
  let at = 0;
  for (const c of columns) for (let k = 0; k < n; k++) c[ids[k]] = from[at++];
}
function scatterU8(columns: Uint8Array[], ids: Int32Array, n: number, from: Uint8Array): void {
  let at = 0;
  for (const c of columns) for (let k = 0; k < n; k++) c[ids[k]] = from[at++];
}

/** Copies rows `ids[0 … n − 1]` of all columns, and all cells, into `into`. */
export function saveRows(ledger: Ledger, ids: Int32Array, n: number, into: SavedRows): void {
  if (into.ids.length < n) {
    const room = Math.min(ledger.capacity, 2 * n);
    into.ids = new Int32Array(room);
    into.f64 = new Float64Array(room * ledger.f64.length);
    into.f32 = new Float32Array(room * ledger.f32.length);
    into.i32 = new Int32Array(room * ledger.i32.length);
    into.u8 = new Uint8Array(room * ledger.u8.length);
  }
  into.count = n;
  for (let k = 0; k < n; k++) into.ids[k] = ids[k];
  gatherF64(ledger.f64, ids, n, into.f64);
  gatherF32(ledger.f32, ids, n, into.f32);
  gatherI32(ledger.i32, ids, n, into.i32);
  gatherU8(ledger.u8, ids, n, into.u8);
  for (let k = 0; k < ledger.cells.length; k++) {
    if (into.cells[k]) into.cells[k].set(ledger.cells[k]);
    else into.cells[k] = ledger.cells[k].slice();
  }
}

/** Writes saved rows and cells back into a ledger of the same shape. */
export function loadRows(ledger: Ledger, from: SavedRows): void {
  scatterF64(ledger.f64, from.ids, from.count, from.f64);
  scatterF32(ledger.f32, from.ids, from.count, from.f32);
  scatterI32(ledger.i32, from.ids, from.count, from.i32);
  scatterU8(ledger.u8, from.ids, from.count, from.u8);
  for (let k = 0; k < ledger.cells.length; k++) ledger.cells[k].set(from.cells[k]);
}
