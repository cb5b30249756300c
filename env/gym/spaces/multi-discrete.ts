/** Several choices at once. */
import { box } from './box.js';
import { dtypeOf, isFloat } from './dtype.js';
import { kindOf } from './kind-of.js';
import { type Bias, biasList, biasOf, drawIndex } from './masks.js';
import { isNumeric, leaves, type Nested, nest, numbersFromJson, numberToJson, sameShape, shapeOf } from './nested.js';
import { arrayText } from './notation.js';
import { hotIndices, oneHot } from './one-hot.js';
import { ownStream } from './own-stream.js';
import type { Numbers, Space } from './space.js';
import { inRows } from './storage.js';

/** Values are flat Int32Arrays with start ≤ x < start + nvec. */
export interface MultiDiscreteSpace extends Space<Int32Array, Int32Array> {
  readonly type: 'MultiDiscrete';
  readonly shape: readonly number[];
  readonly dtype: 'int32';
  /** Values of each choice. */
  readonly nvec: Int32Array;
  readonly start: Int32Array;
}

export const isMultiDiscrete = (space: Space): space is MultiDiscreteSpace => space.type === 'MultiDiscrete';

type Whole = Numbers | readonly Nested[];

/** Fractions are cut off, as numpy does. */
function readWhole(given: Whole, what: string): { values: Int32Array; shape: number[] } {
  const shape = dtypeOf(given) ? [(given as Numbers).length] : shapeOf(given, (leaf) => typeof leaf === 'number');
  if (!shape?.length) throw new Error(`MultiDiscrete: ${what} must be a list of numbers, got ${kindOf(given)}`);
  const numbers = dtypeOf(given) ? Array.from(given as Numbers) : leaves(given as Nested);
  const wrong = numbers.find((x) => Math.trunc(x) !== (x | 0));
  if (wrong !== undefined) throw new Error(`MultiDiscrete: ${what} ${wrong} does not fit 32-bit integers`);
  return { values: Int32Array.from(numbers), shape };
}

/**
 * One choice for each number of nvec, start … start + nvec − 1. A mask or probability is a list (nested like nvec) of one for each choice.
 * @param nvec values of each choice, in lists of any depth
 * @param start the first of each [0]
 * @throws Error unless all counts are ≥ 1 and start has their shape
 */
export function multiDiscrete(nvec: Whole, options: { readonly start?: Whole } = {}): MultiDiscreteSpace {
  const { values: counts, shape } = readWhole(nvec, 'nvec');
  const wrong = counts.findIndex((n) => n < 1);
  if (wrong >= 0) throw new Error(`MultiDiscrete: count ${wrong} of nvec is ${counts[wrong]}, expected at least 1`);
  const first = options.start ? readWhole(options.start, 'start') : { values: new Int32Array(counts.length), shape };
  if (!sameShape(first.shape, shape) && !(dtypeOf(options.start) && first.shape[0] === counts.length))
    throw new Error(`MultiDiscrete: start has shape [${first.shape}], expected [${shape}] as nvec`);
  return multiDiscreteOf(counts, first.values, shape);
}

function multiDiscreteOf(nvec: Int32Array, start: Int32Array, shape: readonly number[]): MultiDiscreteSpace {
  const size = nvec.length;
  const flatSize = nvec.reduce((sum, n) => sum + n, 0);
  const own = ownStream();

  const inside = (x: ArrayLike<number>): boolean => {
    if (x.length !== size) return false;
    for (let k = 0; k < size; k++) {
      const choice = x[k] - start[k];
      if (!(choice >= 0 && choice < nvec[k] && Number.isInteger(choice))) return false;
    }
    return true;
  };

  const self: MultiDiscreteSpace = {
    type: 'MultiDiscrete',
    shape,
    dtype: 'int32',
    nvec,
    start,
    seed: own.seed,
    sample(options = {}) {
      const random = own.of(options);
      const bias = biasOf(options, 'MultiDiscrete');
      const parts = bias && partBiases(bias, shape, self);
      return start.map((first, k) => first + drawIndex(random, nvec[k], parts?.[k] ?? null, self));
    },
    contains(x): x is Int32Array {
      if (x instanceof Int32Array) return inside(x);
      const its = dtypeOf(x);
      if (its) return !isFloat(its) && inside(x as Numbers);
      const listed = shapeOf(x, isNumeric);
      return listed !== null && sameShape(listed, shape) && inside(leaves(x as Nested).map(Number));
    },
    equals: (other) =>
      isMultiDiscrete(other) &&
      sameShape(other.shape, shape) &&
      nvec.every((n, k) => n === other.nvec[k] && start[k] === other.start[k]),
    toString() {
      const from = start.some((x) => x !== 0) ? `, start=${arrayText(start, shape, 'int32')}` : '';
      return `MultiDiscrete(${arrayText(nvec, shape, 'int32')}${from})`;
    },
    toJSON: () => ({
      type: 'MultiDiscrete',
      nvec: nest(nvec, shape, numberToJson),
      start: nest(start, shape, numberToJson),
    }),
    valueToJson: (x) => nest(x, shape, numberToJson),
    valueFromJson: (json) => Int32Array.from(numbersFromJson(json, shape, self)),
    flatSize,
    flatSpace: () => box(0, 1, { shape: [flatSize], dtype: 'int32' }),
    flatten: (x) =>
      oneHot(
        x.map((choice, k) => choice - start[k]),
        nvec,
        flatSize,
      ),
    unflatten: (flat) => hotIndices(flat as Numbers, nvec, self).map((choice, k) => choice + start[k]),
    batchSpace(n) {
      const low = Array.from({ length: n }, () => Array.from(start)).flat();
      const high = low.map((first, k) => first + nvec[k % size] - 1);
      return box(Int32Array.from(low), Int32Array.from(high), { shape: [n, ...shape], dtype: 'int32' });
    },
    ...inRows(Int32Array, size),
  };
  return self;
}

/** The bias of each choice, from lists nested like nvec. */
function partBiases({ by, value }: Bias, shape: readonly number[], what: { toString(): string }): Bias[] {
  if (shape.length === 0) return [{ by, value }];
  return biasList({ by, value }, shape[0], what).flatMap((part) =>
    partBiases({ by, value: part }, shape.slice(1), what),
  );
}
