/** Spaces made of parts in a fixed order: what Tuple and Dict share. */

import type { Limits } from './bounds.js';
import { type BoxSpace, boxOf } from './box.js';
import { arrayOf, type NumbersConstructor, promote } from './dtype.js';
import { kindOf } from './kind-of.js';
import type { Numbers, Space } from './space.js';

/** @throws Error if it is no space */
export function checkSpace(x: unknown, what: string): asserts x is Space {
  if (typeof x === 'object' && x !== null && 'batchSpace' in x && 'contains' in x) return;
  throw new Error(`${what}: expected a space, got ${kindOf(x)}`);
}

/** Numbers of all parts flattened; null if one has no fixed size. */
export const flatSizeOf = (parts: readonly Space[]): number | null =>
  parts.reduce<number | null>((sum, { flatSize }) => (sum === null || flatSize === null ? null : sum + flatSize), 0);

/** The flattened parts one after the other, in an element type that holds them all. */
export function joinBoxes(parts: readonly BoxSpace[]): BoxSpace {
  const dtype = promote(parts.map((part) => part.dtype));
  const side = (limits: (part: BoxSpace) => Limits): Limits => {
    const all = parts.map(limits);
    const values = all.flatMap((limit) => Array.from(limit.values as ArrayLike<number>));
    const finite = all.flatMap((limit) => Array.from(limit.finite));
    return { values: new (arrayOf(dtype) as NumbersConstructor)(values), finite: Uint8Array.from(finite) };
  };
  const low = side((part) => ({ values: part.low, finite: part.boundedBelow }));
  const high = side((part) => ({ values: part.high, finite: part.boundedAbove }));
  return boxOf(low as never, high as never, [low.values.length], dtype);
}

/** Flat parts as one array of that make. */
export function joinFlat(array: NumbersConstructor, size: number, flats: readonly unknown[]): Numbers {
  const joined = new array(size);
  let from = 0;
  for (const flat of flats as Numbers[]) {
    joined.set(flat, from);
    from += flat.length;
  }
  return joined;
}

/** The values of the parts in a flat array. @throws Error if it has another length */
export function splitFlat(parts: readonly Space[], flat: unknown, what: { toString(): string }): unknown[] {
  const numbers = flat as Numbers;
  const size = flatSizeOf(parts);
  if (numbers.length !== size) throw new Error(`${what}: expected ${size} flat numbers, got ${kindOf(flat)}`);
  let from = 0;
  return parts.map((part) => {
    const to = from + (part.flatSize ?? 0);
    const value = part.unflatten(numbers.subarray(from, to));
    from = to;
    return value;
  });
}
