/** Numbers in nested lists, an axis a level, and the same numbers flat. */

export type Nested<T = number> = T | readonly Nested<T>[];

/** JSON has no infinities and no NaN: they are written as words. */
const WORDS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

export const numberToJson = (x: number): number | string => (Number.isFinite(x) ? x : String(x));

/** @throws Error if it is no number nor the word of one */
export function numberFromJson(json: unknown, what: { toString(): string }): number {
  if (typeof json === 'number') return json;
  if (typeof json === 'string' && Object.hasOwn(WORDS, json)) return WORDS[json];
  throw new Error(`${what}: expected a number, "Infinity", "-Infinity" or "NaN", got ${JSON.stringify(json)}`);
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, axis) => n === b[axis]);

/** The shape of nested lists whose leaves pass; null if they are ragged or a leaf does not. */
export function shapeOf(x: unknown, isLeaf: (leaf: unknown) => boolean): number[] | null {
  if (!Array.isArray(x)) return isLeaf(x) ? [] : null;
  if (x.length === 0) return [0];
  const first = shapeOf(x[0], isLeaf);
  if (first === null) return null;
  for (let k = 1; k < x.length; k++) {
    const next = shapeOf(x[k], isLeaf);
    if (next === null || !sameShape(first, next)) return null;
  }
  return [x.length, ...first];
}

export const isNumeric = (leaf: unknown): leaf is number | boolean =>
  typeof leaf === 'number' || typeof leaf === 'boolean';

/** All leaves in row-major order. */
export const leaves = <T>(x: Nested<T>): T[] => (Array.isArray(x) ? (x as Nested<T>[]).flatMap(leaves) : [x as T]);

/** Flat values as nested lists. */
export function nest<T>(flat: ArrayLike<number>, shape: readonly number[], leaf: (x: number) => T): Nested<T> {
  const level = (axis: number, from: number, size: number): Nested<T> => {
    if (axis === shape.length) return leaf(flat[from]);
    const step = size / shape[axis];
    return Array.from({ length: shape[axis] }, (_, k) => level(axis + 1, from + k * step, step));
  };
  return level(0, 0, flat.length);
}

/** Numbers of a JSON value of that shape. @throws Error that names the shape that was expected */
export function numbersFromJson(json: unknown, shape: readonly number[], what: { toString(): string }): number[] {
  const given = shapeOf(json, (leaf) => leaf !== null && typeof leaf !== 'object');
  if (given === null || !sameShape(given, shape))
    throw new Error(
      `${what}: expected numbers of shape [${shape}], got ${given ? `shape [${given}]` : JSON.stringify(json)?.slice(0, 60)}`,
    );
  return leaves(json as Nested<unknown>).map((x) => numberFromJson(x, what));
}
