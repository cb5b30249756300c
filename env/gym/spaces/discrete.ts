/** A choice of n. */
import { box } from './box.js';
import { kindOf } from './kind-of.js';
import { biasOf, drawIndex } from './masks.js';
import { multiDiscrete } from './multi-discrete.js';
import { numberFromJson } from './nested.js';
import { hotIndices, oneHot } from './one-hot.js';
import { ownStream } from './own-stream.js';
import type { Numbers, Space } from './space.js';

/** Values are the whole numbers start … start + n − 1. */
export interface DiscreteSpace extends Space<number, Int32Array> {
  readonly type: 'Discrete';
  readonly shape: readonly [];
  readonly dtype: 'int32';
  readonly n: number;
  readonly start: number;
}

export const isDiscrete = (space: Space): space is DiscreteSpace => space.type === 'Discrete';

/**
 * The whole numbers start … start + n − 1. A mask has a 1 for each that is allowed, a probability the share of each.
 * @param start the first [0]
 * @throws Error unless n is a whole number ≥ 1, start a whole number, and all fit 32 bits
 */
export function discrete(n: number, { start = 0 }: { readonly start?: number } = {}): DiscreteSpace {
  if (!Number.isInteger(n) || n < 1) throw new Error(`Discrete: n must be a whole number ≥ 1, got ${kindOf(n)}`);
  if (!Number.isInteger(start)) throw new Error(`Discrete: start must be a whole number, got ${kindOf(start)}`);
  const last = start + n - 1;
  if (start !== (start | 0) || last !== (last | 0))
    throw new Error(`Discrete: ${start} to ${last} does not fit 32-bit integers`);
  const own = ownStream();
  const self: DiscreteSpace = {
    type: 'Discrete',
    shape: [],
    dtype: 'int32',
    n,
    start,
    seed: own.seed,
    sample: (options = {}) => start + drawIndex(own.of(options), n, biasOf(options, 'Discrete'), self),
    contains(x): x is number {
      const k = typeof x === 'boolean' ? Number(x) : x;
      return typeof k === 'number' && k >= start && k <= last && Number.isInteger(k);
    },
    equals: (other) => isDiscrete(other) && other.n === n && other.start === start,
    toString: () => (start === 0 ? `Discrete(${n})` : `Discrete(${n}, start=${start})`),
    toJSON: () => ({ type: 'Discrete', n, start }),
    valueToJson: (x) => x,
    valueFromJson: (json) => numberFromJson(json, self),
    flatSize: n,
    flatSpace: () => box(0, 1, { shape: [n], dtype: 'int32' }),
    flatten: (x) => oneHot([x - start], [n], n),
    unflatten: (flat) => start + hotIndices(flat as Numbers, [n], self)[0],
    batchSpace: (rows) => multiDiscrete(new Int32Array(rows).fill(n), { start: new Int32Array(rows).fill(start) }),
    createBatch: (rows) => new Int32Array(rows),
    write(batch, row, x) {
      batch[row] = x;
    },
    read: (batch, row) => batch[row],
  };
  return self;
}
