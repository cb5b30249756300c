/** Where every column of an episode is allocated, so that it is counted, cleared and forked with the state. */

/** Read-only view of a typed array: what a policy may look at. `length` is the room of the episode, a power of two: it does not tell how many will come. */
export interface Column {
  readonly length: number;
  readonly [row: number]: number;
}

export type Kind = Float64Array | Float32Array | Int32Array | Uint8Array;
/** The kinds of typed arrays a column may have. */
export interface ColumnKind<T extends Kind = Kind> {
  new (length: number): T;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * When a column of a request can change: `fixed` never (it is copied from the workload at delivery), `progress` once it has begun to be served,
 * `opinions` (of policies and predictors) always while it lives; `places` say in which lists it stands and follow from them.
 */
export type GroupName = 'fixed' | 'progress' | 'opinions' | 'places';

/** Columns of one group by kind. */
export interface Group {
  readonly f64: Float64Array[];
  readonly f32: Float32Array[];
  readonly i32: Int32Array[];
  readonly u8: Uint8Array[];
}

/**
 * All memory of an episode: columns have one value per request and are saved for live rows only; cells are small arrays
 * that are saved whole (random streams, counters of a policy).
 */
export interface Ledger {
  readonly capacity: number;
  readonly groups: Readonly<Record<GroupName, Group>>;
  readonly cells: Kind[];
  /** Columns so far. */
  made: number;
  /** Memory to be used before any is allocated, by its size. */
  readonly spare: ReadonlyMap<number, ArrayBuffer[]>;
}

const emptyGroup = (): Group => ({ f64: [], f32: [], i32: [], u8: [] });

/**
 * Room for at least so many requests.
 * @param over the ledger of an episode whose columns nobody reads or writes any more: if it has as much room, its memory is used
 * again. An episode of some thousand requests needs a megabyte, and V8 looks through its heap the more often the more is allocated
 */
export function createLedger(requests: number, over: Ledger | null = null): Ledger {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(64, requests)));
  return {
    capacity,
    groups: { fixed: emptyGroup(), progress: emptyGroup(), opinions: emptyGroup(), places: emptyGroup() },
    cells: [],
    made: 0,
    spare: over?.capacity === capacity ? memoryOf(over) : new Map(),
  };
}

/** All memory of columns, by its size. */
function memoryOf(ledger: Ledger): Map<number, ArrayBuffer[]> {
  const memory = new Map([...ledger.spare].map(([size, rooms]) => [size, [...rooms]]));
  for (const { buffer } of columnsOf(ledger)) {
    const rooms = memory.get(buffer.byteLength) ?? [];
    rooms.push(buffer as ArrayBuffer);
    memory.set(buffer.byteLength, rooms);
  }
  return memory;
}

/** Bytes of a page: columns that all began at the same place in one would share the same few lines of the first cache. */
const PAGE = 4096;
/** Five cache lines: odd, so that up to 64 columns begin in different ones. */
const STAGGER = 5 * 64;

/** A zeroed column of one value per request. Columns begin at staggered places: aligned alike they cost four times as much. */
export function column<T extends Kind>(ledger: Ledger, kind: ColumnKind<T>, group: GroupName = 'opinions'): T {
  const size = ledger.capacity * kind.BYTES_PER_ELEMENT + PAGE;
  const used = ledger.spare.get(size)?.pop();
  const array = new kind(used ?? new ArrayBuffer(size), (ledger.made++ * STAGGER) % PAGE, ledger.capacity);
  if (used) array.fill(0);
  const { f64, f32, i32, u8 } = ledger.groups[group];
  if (array instanceof Float64Array) f64.push(array);
  else if (array instanceof Float32Array) f32.push(array);
  else if (array instanceof Int32Array) i32.push(array);
  else u8.push(array);
  return array;
}

const columnsOf = ({ groups }: Ledger): Kind[] =>
  Object.values(groups).flatMap(({ f64, f32, i32, u8 }) => [...f64, ...f32, ...i32, ...u8]);

/** A zeroed array of `length` values that belongs to the episode as a whole. */
export function cells<T extends Kind>(ledger: Ledger, kind: ColumnKind<T>, length: number): T {
  const array = new kind(length);
  ledger.cells.push(array);
  return array;
}

/** Bytes of all columns per request. */
export const bytesPerRequest = (ledger: Ledger): number =>
  columnsOf(ledger).reduce((sum, array) => sum + array.BYTES_PER_ELEMENT, 0);

/** Zeroes rows `from` … `to` − 1 of every column. */
export function clearRows(ledger: Ledger, from: number, to: number): void {
  for (const array of columnsOf(ledger)) array.fill(0, from, to);
}

/** Zeroes one row of a group. */
export function clearRow({ f64, f32, i32, u8 }: Group, row: number): void {
  for (const array of f64) array[row] = 0;
  for (const array of f32) array[row] = 0;
  for (const array of i32) array[row] = 0;
  for (const array of u8) array[row] = 0;
}

/** How many columns of opinions and cells a ledger had at some moment. */
export interface LedgerMark {
  readonly f64: number;
  readonly f32: number;
  readonly i32: number;
  readonly u8: number;
  readonly cells: number;
}

export const markLedger = ({ groups: { opinions }, cells }: Ledger): LedgerMark => ({
  f64: opinions.f64.length,
  f32: opinions.f32.length,
  i32: opinions.i32.length,
  u8: opinions.u8.length,
  cells: cells.length,
});

export function saveCells(ledger: Ledger, into: Kind[]): void {
  for (let k = 0; k < ledger.cells.length; k++) {
    if (into[k]) into[k].set(ledger.cells[k]);
    else into[k] = ledger.cells[k].slice();
  }
}

export function loadCells(ledger: Ledger, from: readonly Kind[], count = ledger.cells.length): void {
  for (let k = 0; k < count; k++) ledger.cells[k].set(from[k]);
}
