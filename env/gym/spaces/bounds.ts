/** The bounds of a Box: read from numbers or arrays, held in its element type. */
import { warn } from '../warn.js';
import { arrayOf, dtypeOf, isFloat, isUnsigned, type NumbersConstructor, type NumbersOf, rangeOf } from './dtype.js';
import { kindOf } from './kind-of.js';
import { leaves, type Nested, sameShape, shapeOf, sizeOf } from './nested.js';
import type { Dtype, Numbers } from './space.js';

/** A number for all, nested lists, or a typed array in row-major order. */
export type Bound = number | Numbers | readonly Nested[];

/** A bound of each number of a Box. */
export interface Limits<N extends Numbers = Numbers> {
  readonly values: N;
  /** 1 = finite. Infinite bounds of integer types are written as the ends of their range; this remembers. */
  readonly finite: Uint8Array;
}

const shapeOfBound = (bound: Bound, side: string): readonly number[] | null => {
  if (typeof bound === 'number') return null;
  if (dtypeOf(bound)) return [bound.length];
  const shape = shapeOf(bound, (leaf) => typeof leaf === 'number');
  if (shape) return shape;
  throw new Error(`Box: ${side} must be a number, a typed array or nested lists of numbers, got ${kindOf(bound)}`);
};

/** The shape that was given, else that of the bounds; (1,) for two numbers. @throws Error if they contradict each other */
export function boxShape(low: Bound, high: Bound, given: readonly number[] | undefined): readonly number[] {
  const lowShape = shapeOfBound(low, 'low');
  const highShape = shapeOfBound(high, 'high');
  if (given !== undefined) checkShape(given);
  const shape = given ?? lowShape ?? highShape ?? [1];
  const sides = [
    { side: 'low', bound: low, its: lowShape },
    { side: 'high', bound: high, its: highShape },
  ];
  for (const { side, bound, its } of sides) {
    const flat = !Array.isArray(bound) && its?.[0] === sizeOf(shape);
    if (its && !flat && !sameShape(its, shape))
      throw new Error(`Box: ${side} has shape [${its}], expected [${shape}] as the ${given ? 'shape' : 'other bound'}`);
  }
  return [...shape];
}

function checkShape(shape: readonly number[]): void {
  if (!Array.isArray(shape) || shape.some((n) => !Number.isInteger(n) || n < 0))
    throw new Error(`Box: its shape must be a list of whole numbers ≥ 0, got ${JSON.stringify(shape)}`);
}

/** One side of a Box. @throws Error if a bound is NaN or no number of its element type */
export function readLimits<D extends Dtype>(
  side: 'low' | 'high',
  bound: Bound,
  size: number,
  dtype: D,
): Limits<NumbersOf[D]> {
  if (dtypeOf(bound) === 'float64' && dtype === 'float32')
    warn(`Box: the precision of ${side} is lowered, from float64 to float32`);
  const given =
    typeof bound === 'number'
      ? new Array<number>(size).fill(bound)
      : Array.isArray(bound)
        ? leaves(bound as Nested)
        : Array.from(bound as Numbers);
  const held = given.map((x) => within(x, side, dtype));
  const values = new (arrayOf(dtype) as NumbersConstructor)(held) as NumbersOf[D];
  for (const [k, x] of given.entries())
    if (Number.isFinite(x) && !Number.isFinite(values[k])) throw new Error(`Box: ${side} ${x} is beyond ${dtype}`);
  return { values, finite: Uint8Array.from(given, (x) => (Number.isFinite(x) ? 1 : 0)) };
}

function within(x: number, side: string, dtype: Dtype): number {
  if (Number.isNaN(x)) throw new Error(`Box: ${side} is NaN, expected a number or an infinity`);
  if (isFloat(dtype)) return x;
  const [least, most] = rangeOf(dtype);
  if (x === -Infinity && isUnsigned(dtype)) throw new Error(`Box: ${side} is -Infinity, but ${dtype} begins at 0`);
  if (!Number.isFinite(x)) return x < 0 ? least : most;
  if (x < least || x > most) throw new Error(`Box: ${side} ${x} is outside of ${dtype}, ${least} to ${most}`);
  if (!Number.isInteger(x)) throw new Error(`Box: ${side} ${x} is no whole number, but its dtype is ${dtype}`);
  return x;
}

/** @throws Error that names the first number whose low is above its high */
export function checkOrder(low: Numbers, high: Numbers): void {
  const wrong = low.findIndex((x: number, k: number) => x > high[k]);
  if (wrong >= 0) throw new Error(`Box: low ${low[wrong]} of number ${wrong} is above its high ${high[wrong]}`);
}

/** Nearly the same numbers, as numpy's allclose: within 10⁻⁸ + 10⁻⁵ of the second. */
export const allClose = (a: Numbers, b: Numbers): boolean =>
  a.every((x: number, k: number) => x === b[k] || Math.abs(x - b[k]) <= 1e-8 + 1e-5 * Math.abs(b[k]));
