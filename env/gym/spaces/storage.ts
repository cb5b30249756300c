/** How batches are stored: rows of one typed array, or ordinary arrays of values. */
import { isNumbers, type NumbersConstructor } from './dtype.js';
import type { Numbers, Space } from './space.js';

type Storage<T, B> = Pick<Space<T, B>, 'createBatch' | 'write' | 'read'>;

/** Rows of `size` numbers, one after the other. What is read is a view of the row. */
export const inRows = <N extends Numbers>(array: NumbersConstructor<N>, size: number): Storage<N, N> => ({
  createBatch: (n) => new array(n * size),
  write(batch, row, x) {
    batch.set(x, row * size);
  },
  read: (batch, row) => batch.subarray(row * size, (row + 1) * size) as N,
});

/** A deep copy of a value; of a view only what it shows. */
function copy(x: unknown): unknown {
  if (isNumbers(x)) return x.slice();
  if (Array.isArray(x)) return x.map(copy);
  if (typeof x !== 'object' || x === null) return x;
  return Object.fromEntries(Object.entries(x).map(([key, part]) => [key, copy(part)]));
}

/** Values without a fixed size, deeply copied when written. */
export const inList = <T>(empty: () => T): Storage<T, T[]> => ({
  createBatch: (n) => Array.from({ length: n }, empty),
  write(batch, row, x) {
    batch[row] = copy(x) as T;
  },
  read: (batch, row) => batch[row],
});
