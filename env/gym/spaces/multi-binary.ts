/** Arrays of bits. */
import { box } from './box.js';
import { dtypeOf } from './dtype.js';
import { kindOf } from './kind-of.js';
import { type Bias, biasOf, checkMask, checkShares } from './masks.js';
import {
  isNumeric,
  leaves,
  type Nested,
  nest,
  numbersFromJson,
  numberToJson,
  sameShape,
  shapeOf,
  sizeOf,
} from './nested.js';
import { shapeText } from './notation.js';
import { ownStream } from './own-stream.js';
import type { Numbers, Space } from './space.js';
import { inRows } from './storage.js';

/** Values are flat Int8Arrays of 0 and 1. */
export interface MultiBinarySpace extends Space<Int8Array, Int8Array> {
  readonly type: 'MultiBinary';
  readonly shape: readonly number[];
  readonly dtype: 'int8';
  /** Bits, or axes, as it was made. */
  readonly n: number | readonly number[];
}

export const isMultiBinary = (space: Space): space is MultiBinarySpace => space.type === 'MultiBinary';

/** In a mask: the bit may be either. */
const FREE = 2;

/**
 * All arrays of that many bits. A mask has 0 or 1 where a bit must be that and 2 where it is free, a probability how likely each bit is 1.
 * @param n bits, or the axes of an array of bits
 * @throws Error unless all are whole numbers ≥ 1
 */
export function multiBinary(n: number | readonly number[]): MultiBinarySpace {
  const shape = typeof n === 'number' ? [n] : Array.isArray(n) ? [...n] : [];
  if (shape.length === 0 || shape.some((bits) => !Number.isInteger(bits) || bits < 1))
    throw new Error(
      `MultiBinary: n must be a whole number ≥ 1 or a list of such, got ${Array.isArray(n) ? `[${n}]` : kindOf(n)}`,
    );
  const size = sizeOf(shape);
  const own = ownStream();

  const inside = (x: ArrayLike<number>): boolean => {
    if (x.length !== size) return false;
    for (let k = 0; k < size; k++) if (x[k] !== 0 && x[k] !== 1) return false;
    return true;
  };

  const self: MultiBinarySpace = {
    type: 'MultiBinary',
    shape,
    dtype: 'int8',
    n,
    seed: own.seed,
    sample(options = {}) {
      const random = own.of(options);
      const shares = sharesOf(biasOf(options, 'MultiBinary'), size, self);
      return Int8Array.from(shares, (share) => (random.next() < share ? 1 : 0));
    },
    contains(x): x is Int8Array {
      if (x instanceof Int8Array || dtypeOf(x)) return inside(x as Numbers);
      const listed = shapeOf(x, isNumeric);
      return listed !== null && sameShape(listed, shape) && inside(leaves(x as Nested).map(Number));
    },
    equals: (other) => isMultiBinary(other) && typeof other.n === typeof n && sameShape(other.shape, shape),
    toString: () => `MultiBinary(${typeof n === 'number' ? n : shapeText(shape)})`,
    toJSON: () => ({ type: 'MultiBinary', n }),
    valueToJson: (x) => nest(x, shape, numberToJson),
    valueFromJson: (json) => Int8Array.from(numbersFromJson(json, shape, self)),
    flatSize: size,
    flatSpace: () => box(0, 1, { shape: [size], dtype: 'int8' }),
    flatten: (x) => x.slice(),
    unflatten: (flat) => Int8Array.from(flat as Numbers),
    batchSpace: (rows) => box(0, 1, { shape: [rows, ...shape], dtype: 'int8' }),
    ...inRows(Int8Array, size),
  };
  return self;
}

/** How likely each bit is 1. */
function sharesOf(bias: Bias | null, size: number, what: { toString(): string }): Float64Array {
  if (bias === null) return new Float64Array(size).fill(0.5);
  if (bias.by === 'probability') return checkShares(bias.value, size, what);
  return Float64Array.from(checkMask(bias.value, size, what, FREE), (bit) => (bit === FREE ? 0.5 : bit));
}
