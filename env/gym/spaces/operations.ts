/** The operations on spaces under the names that users of Gymnasium know; what a space does itself is in its own file. */
import { isDict } from './dict.js';
import { isNumbers } from './dtype.js';
import { kindOf } from './kind-of.js';
import type { Space } from './space.js';
import { isTuple } from './tuple.js';

/** Numbers in a flattened value. @throws Error if that is not fixed */
export function flatdim(space: Space): number {
  if (space.flatSize !== null) return space.flatSize;
  throw new Error(`${space}: its values have no fixed size, there is a Sequence or Graph in it`);
}

/** The space of flattened values: a Box if their size is fixed. */
export const flattenSpace = (space: Space): Space => space.flatSpace();
export const flatten = <T>(space: Space<T>, x: T): unknown => space.flatten(x);
export const unflatten = <T>(space: Space<T>, flat: unknown): T => space.unflatten(flat);

/** The space of n members. @throws Error unless n is a whole number ≥ 0 */
export const batchSpace = <B>(space: Space<unknown, B>, n: number): Space<B> => space.batchSpace(checkCount(n));

/** Room for n members. @throws Error unless n is a whole number ≥ 0 */
export const createEmptyArray = <B>(space: Space<unknown, B>, n: number): B => space.createBatch(checkCount(n));

function checkCount(n: number): number {
  if (Number.isInteger(n) && n >= 0) return n;
  throw new Error(`a batch needs a whole number of members ≥ 0, got ${kindOf(n)}`);
}

/** A batch of the values: `out`, or a new one. */
export function concatenate<T, B>(space: Space<T, B>, values: readonly T[], out = space.createBatch(values.length)): B {
  for (const [row, x] of values.entries()) space.write(out, row, x);
  return out;
}

/** The members of a batch, borrowed as `read` gives them. @throws Error if it is no batch of the space */
export function iterate<T, B>(space: Space<T, B>, batch: B): T[] {
  const rows = rowsIn(space, batch);
  if (rows === null) throw new Error(`${space}: expected a batch of it, got ${kindOf(batch)}`);
  return Array.from({ length: rows }, (_, row) => space.read(batch, row));
}

/** Members in a batch of the space; null if x is none. */
export function rowsIn(space: Space, x: unknown): number | null {
  if (isDict(space)) {
    const batches = typeof x === 'object' && x !== null ? (x as Record<string, unknown>) : {};
    return agreed(space.keys.map((key) => rowsIn(space.spaces[key], batches[key])));
  }
  if (isTuple(space)) {
    if (!Array.isArray(x) || x.length !== space.spaces.length) return null;
    return agreed(space.spaces.map((part, k) => rowsIn(part, x[k])));
  }
  const one = space.createBatch(1);
  if (!isNumbers(one)) return Array.isArray(x) ? x.length : null;
  if (!isNumbers(x) || one.length === 0 || x.length % one.length !== 0) return null;
  return x.length / one.length;
}

const agreed = (rows: readonly (number | null)[]): number | null =>
  rows.every((n) => n === rows[0]) ? (rows[0] ?? null) : null;
