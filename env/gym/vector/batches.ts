/** Rows of batches: read without allocating, copied without a space's help where they are plain numbers. */
import type { Numbers, Space } from '../spaces/space.js';

/** Kinds whose batch is one typed array of all rows. */
const FLAT = new Set(['Box', 'Discrete', 'MultiDiscrete', 'MultiBinary']);

/** Numbers in a row of a space's batch; null where a batch is no typed array. */
export const strideOf = (space: Space): number | null =>
  FLAT.has(space.type) ? (space.shape ?? []).reduce((a, b) => a * b, 1) : null;

/** Copies row i of one batch to row o of another. */
export type CopyRow = (from: unknown, i: number, to: unknown, o: number) => void;

/** How rows of a space's batches are copied; without allocation where batches are typed arrays. */
export function copierOf(space: Space): CopyRow {
  const stride = strideOf(space);
  if (stride === null) return (from, i, to, o) => space.write(to, o, copyOf(space.read(from, i)));
  return (from, i, to, o) => {
    const a = from as Numbers;
    const b = to as Numbers;
    for (let k = 0; k < stride; k++) b[o * stride + k] = a[i * stride + k];
  };
}

/** A copy that shares nothing: of a value, a batch, or a record of them. */
export function copyOf<T>(x: T): T {
  if (ArrayBuffer.isView(x)) return (x as unknown as Numbers).slice() as unknown as T;
  if (Array.isArray(x)) return x.map(copyOf) as unknown as T;
  if (typeof x === 'object' && x !== null)
    return Object.fromEntries(Object.entries(x).map(([key, part]) => [key, copyOf(part)])) as T;
  return x;
}

/**
 * Reads a batch of `count` actions row by row. Typed rows are views that are made once for as long as the same batch comes.
 * @throws Error if it is no batch of `count`
 */
export function rowsOf(space: Space, count: number): (batch: unknown) => ArrayLike<unknown> {
  const stride = strideOf(space);
  let seen: unknown = null;
  let views: unknown[] = [];
  const refuse = (batch: unknown): never => {
    const length = (batch as ArrayLike<unknown> | null)?.length;
    const got = length === undefined ? String(batch) : `${length} numbers`;
    throw new Error(`actions: got ${got}, expected ${count} of ${space.toString()}`);
  };
  if (space.type === 'Discrete')
    return (batch) => ((batch as ArrayLike<unknown>)?.length === count ? (batch as ArrayLike<unknown>) : refuse(batch));
  if (stride === null)
    return (batch) => {
      if (Array.isArray(batch) && space.type !== 'Tuple' && batch.length !== count) refuse(batch);
      return Array.from({ length: count }, (_, i) => space.read(batch, i));
    };
  return (batch) => {
    if (batch === seen) return views;
    if (!ArrayBuffer.isView(batch) || (batch as Numbers).length !== count * stride) refuse(batch);
    seen = batch;
    views = Array.from({ length: count }, (_, i) => (batch as Numbers).subarray(i * stride, (i + 1) * stride));
    return views;
  };
}
