/** Arrays of numbers between bounds. */
import { exponential, normal } from '../../distributions.js';
import type { Stream } from '../../random.js';
import { warn } from '../warn.js';
import { allClose, type Bound, boxShape, checkOrder, type Limits, readLimits } from './bounds.js';
import { arrayOf, canCast, DTYPES, dtypeOf, isDtype, isFloat, type NumbersOf } from './dtype.js';
import { kindOf } from './kind-of.js';
import { biasOf } from './masks.js';
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
import { arrayText, numberText, shapeText } from './notation.js';
import { drawWhole, ownStream } from './own-stream.js';
import type { Dtype, Numbers, Space } from './space.js';
import { inRows } from './storage.js';

/** Values are flat typed arrays of its dtype, row-major. */
export interface BoxSpace<N extends Numbers = Numbers> extends Space<N, N> {
  readonly type: 'Box';
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** Bounds of each number, inclusive; infinite ones of integer types are the ends of their range. */
  readonly low: N;
  readonly high: N;
  /** 1 where the bound is finite. */
  readonly boundedBelow: Uint8Array;
  readonly boundedAbove: Uint8Array;
}

export const isBox = (space: Space): space is BoxSpace => space.type === 'Box';

export interface BoxOptions<D extends Dtype> {
  /** Axes; [that of the bounds, (1,) for two numbers]. */
  readonly shape?: readonly number[];
  /** [float32] */
  readonly dtype?: D;
}

/**
 * All arrays with low ≤ x ≤ high. Draws are uniform where both bounds are finite, bound ± Exp(1) where one is, N(0, 1) where none is.
 * @throws Error if the bounds have other shapes, are NaN, no numbers of the dtype, or the wrong way round
 */
export function box<D extends Dtype = 'float32'>(
  low: Bound,
  high: Bound,
  { shape: given, dtype = 'float32' as D }: BoxOptions<D> = {},
): BoxSpace<NumbersOf[D]> {
  if (!isDtype(dtype)) throw new Error(`Box: its dtype must be one of ${DTYPES.join(', ')}, got ${kindOf(dtype)}`);
  const shape = boxShape(low, high, given);
  const size = sizeOf(shape);
  const below = readLimits('low', low, size, dtype);
  const above = readLimits('high', high, size, dtype);
  checkOrder(below.values, above.values);
  return boxOf(below, above, shape, dtype);
}

/** A Box within limits that are known to be right. */
export function boxOf<D extends Dtype>(
  below: Limits<NumbersOf[D]>,
  above: Limits<NumbersOf[D]>,
  shape: readonly number[],
  dtype: D,
): BoxSpace<NumbersOf[D]> {
  type N = NumbersOf[D];
  const array = arrayOf(dtype);
  const { values: low } = below;
  const { values: high } = above;
  const size = low.length;
  const own = ownStream();
  let warned = false;

  const alike = allSame(low) && allSame(high);
  const inside = (x: Numbers): boolean =>
    x.length === size && (alike ? allBetween(x, low[0], high[0]) : between(x, low, high));

  /** A list or number as numpy would cast it; null if it cannot. */
  function cast(x: unknown): N | null {
    const its = shapeOf(x, isNumeric);
    if (its === null || !sameShape(its, shape)) return null;
    const numbers = leaves(x as Nested).map(Number);
    const made = new array(numbers);
    return isFloat(dtype) || numbers.every((n, k) => Math.trunc(n) === made[k]) ? made : null;
  }

  const self: BoxSpace<N> = {
    type: 'Box',
    shape,
    dtype,
    low,
    high,
    boundedBelow: below.finite,
    boundedAbove: above.finite,
    seed: own.seed,
    sample(options = {}) {
      const bias = biasOf(options, 'Box');
      if (bias) throw new Error(`Box: sample takes no ${bias.by}, got ${kindOf(bias.value)}`);
      const random = own.of(options);
      const x = new array(size);
      const draw = isFloat(dtype) ? drawReal : drawInteger;
      for (let k = 0; k < size; k++)
        x[k] = clamp(draw(random, low[k], high[k], below.finite[k], above.finite[k]), low[k], high[k]);
      return x;
    },
    contains(x): x is N {
      if (x instanceof array) return inside(x);
      const its = dtypeOf(x);
      if (its) return canCast(its, dtype) && inside(x as Numbers);
      if (!warned) warn(`${self}: ${kindOf(x)} is cast, expected a ${array.name} of ${size}`);
      warned = true;
      const made = cast(x);
      return made !== null && inside(made);
    },
    equals: (other) =>
      isBox(other) &&
      other.dtype === dtype &&
      sameShape(other.shape, shape) &&
      allClose(low, other.low) &&
      allClose(high, other.high),
    toString: () =>
      `Box(${boundText(low, shape, dtype)}, ${boundText(high, shape, dtype)}, ${shapeText(shape)}, ${dtype})`,
    toJSON: () => ({
      type: 'Box',
      low: boundToJson(below, shape, -Infinity),
      high: boundToJson(above, shape, Infinity),
      shape,
      dtype,
    }),
    valueToJson: (x) => nest(x, shape, numberToJson),
    valueFromJson: (json) => new array(numbersFromJson(json, shape, self)),
    flatSize: size,
    flatSpace: () => boxOf(below, above, [size], dtype),
    flatten: (x) => x.slice(),
    unflatten: (flat) => new array(flat as Numbers),
    batchSpace: (n) => boxOf(repeat(below, n), repeat(above, n), [n, ...shape], dtype),
    ...inRows<N>(array, size),
  };
  return self;
}

/** Four a time: at every turn of a loop V8 looks at its arrays anew. NaN is nowhere. */
function between(x: Numbers, low: Numbers, high: Numbers): boolean {
  const n = x.length;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = x[k];
    const b = x[k + 1];
    const c = x[k + 2];
    const d = x[k + 3];
    if (!(a >= low[k] && b >= low[k + 1] && c >= low[k + 2] && d >= low[k + 3])) return false;
    if (!(a <= high[k] && b <= high[k + 1] && c <= high[k + 2] && d <= high[k + 3])) return false;
  }
  for (; k < n; k++) if (!(x[k] >= low[k] && x[k] <= high[k])) return false;
  return true;
}

/** The same where all bounds are alike. */
function allBetween(x: Numbers, low: number, high: number): boolean {
  const n = x.length;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = x[k];
    const b = x[k + 1];
    const c = x[k + 2];
    const d = x[k + 3];
    if (!(a >= low && a <= high && b >= low && b <= high)) return false;
    if (!(c >= low && c <= high && d >= low && d <= high)) return false;
  }
  for (; k < n; k++) if (!(x[k] >= low && x[k] <= high)) return false;
  return true;
}

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

function drawReal(random: Stream, low: number, high: number, below: number, above: number): number {
  const u = random.next();
  if (below && above) return high - low < Infinity ? low + u * (high - low) : low * (1 - u) + high * u;
  if (below) return low + exponential(u);
  if (above) return high - exponential(u);
  return normal(u, random.next());
}

function drawInteger(random: Stream, low: number, high: number, below: number, above: number): number {
  if (below && above) return drawWhole(random, low, high);
  return Math.floor(drawReal(random, low, above ? high + 1 : high, below, above));
}

function repeat<N extends Numbers>({ values, finite }: Limits<N>, n: number): Limits<N> {
  const array = values.constructor as new (length: number) => N;
  const many = { values: new array(n * values.length), finite: new Uint8Array(n * values.length) };
  for (let row = 0; row < n; row++) {
    many.values.set(values, row * values.length);
    many.finite.set(finite, row * values.length);
  }
  return many;
}

const allSame = (x: ArrayLike<number>): boolean => x.length > 0 && Array.prototype.every.call(x, (v) => v === x[0]);

const boundText = (x: Numbers, shape: readonly number[], dtype: Dtype): string =>
  allSame(x) ? numberText(x[0], dtype) : arrayText(x, shape, dtype);

function boundToJson({ values, finite }: Limits, shape: readonly number[], unbounded: number): unknown {
  const told = Array.from(values as ArrayLike<number>, (x, k) => (finite[k] ? x : unbounded));
  return allSame(told) ? numberToJson(told[0]) : nest(told, shape, numberToJson);
}
