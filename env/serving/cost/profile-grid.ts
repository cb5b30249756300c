/**
 * Measured values on a grid, interpolated. Axes are nested: between the values of the first axis, then of the second among
 * the points that have that value, and so on. The grid may therefore be ragged: each value of an axis has its own next axis.
 *
 * Along an axis the value is linear between two neighbours and exact at a measured one. Beyond an end it follows the line through
 * the end and the nearest point at least a factor of two away (kernels cost the same over whole tiles, so that the last two points
 * alone may be level); with one point it is constant.
 */

/** One level of the tree: entries of all its nodes, one node after another. */
interface Level {
  /** Values of this axis, ascending within a node. */
  readonly key: Float64Array;
  /** Where the node of each entry begins in the next level; one more at the end. On the last level unused. */
  readonly child: Int32Array;
  /** For the first and last entry of a node: the entry that gives the line beyond. */
  readonly anchor: Int32Array;
}

export interface Grid {
  readonly levels: readonly Level[];
  /** By entry of the last level. */
  readonly value: Float64Array;
}

/**
 * Makes a grid of points: coordinates and, last, the value.
 * @throws Error telling the coordinates that stand twice
 */
export function createGrid(points: readonly (readonly number[])[]): Grid {
  const axes = points[0].length - 1;
  const sorted = [...points].sort((a, b) => compare(a, b, axes));
  for (let k = 1; k < sorted.length; k++) {
    if (compare(sorted[k - 1], sorted[k], axes) === 0)
      throw new Error(`two times for (${sorted[k].slice(0, axes).join(', ')})`);
  }
  const levels: Level[] = [];
  let parents = [0, sorted.length]; // where nodes begin, in rows
  for (let axis = 0; axis < axes; axis++) {
    const key: number[] = [];
    const child: number[] = [];
    const anchor: number[] = [];
    const rows: number[] = [];
    for (let p = 0; p + 1 < parents.length; p++) {
      const begin = key.length;
      for (let row = parents[p]; row < parents[p + 1]; row++) {
        if (row > parents[p] && sorted[row][axis] === sorted[row - 1][axis]) continue;
        key.push(sorted[row][axis]);
        rows.push(row);
      }
      for (let e = begin; e < key.length; e++) anchor.push(farEnough(key, begin, key.length, e));
      if (axis > 0) levels[axis - 1].child[p] = begin;
    }
    if (axis > 0) levels[axis - 1].child[parents.length - 1] = key.length;
    parents = [...rows, sorted.length];
    child.length = parents.length;
    levels.push({
      key: Float64Array.from(key),
      child: new Int32Array(parents.length),
      anchor: Int32Array.from(anchor),
    });
  }
  return { levels, value: Float64Array.from(sorted, (point) => point[axes]) };
}

function compare(a: readonly number[], b: readonly number[], axes: number): number {
  for (let axis = 0; axis < axes; axis++) if (a[axis] !== b[axis]) return a[axis] - b[axis];
  return 0;
}

/** The nearest entry at least a factor of two away from an end of a node, or the farthest there is. */
function farEnough(key: readonly number[], begin: number, end: number, entry: number): number {
  let other = entry;
  if (entry === begin) while (other < end - 1 && (other === entry || key[other] < 2 * key[entry])) other++;
  else while (other > begin && (other === entry || 2 * key[other] > key[entry])) other--;
  return other;
}

/** The value at a point, one coordinate an axis. Allocates nothing. */
export const valueAt = (grid: Grid, point: Float64Array): number =>
  inNode(grid, point, 0, 0, grid.levels[0].key.length);

/** In the node of level `axis` whose entries are begin … end − 1. */
function inNode(grid: Grid, point: Float64Array, axis: number, begin: number, end: number): number {
  const { key, anchor } = grid.levels[axis];
  const x = point[axis];
  let low = begin;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key[middle] < x) low = middle + 1;
    else high = middle;
  }
  // low: the first entry not below x
  if (low < end && key[low] === x) return inEntry(grid, point, axis, low);
  if (end - begin === 1) return inEntry(grid, point, axis, begin);
  let a = low - 1;
  let b = low;
  if (low === begin) {
    a = begin;
    b = anchor[begin];
  } else if (low === end) {
    a = anchor[end - 1];
    b = end - 1;
  }
  const share = (x - key[a]) / (key[b] - key[a]);
  const from = inEntry(grid, point, axis, a);
  return from + share * (inEntry(grid, point, axis, b) - from);
}

function inEntry(grid: Grid, point: Float64Array, axis: number, entry: number): number {
  if (axis === grid.levels.length - 1) return grid.value[entry];
  const { child } = grid.levels[axis];
  return inNode(grid, point, axis + 1, child[entry], child[entry + 1]);
}
