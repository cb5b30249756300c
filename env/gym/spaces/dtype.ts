/** Element types: what holds them, what they hold, and which may stand for which (numpy's rules of safe casting). */
import type { Dtype, Numbers } from './space.js';

export interface NumbersOf {
  float64: Float64Array;
  float32: Float32Array;
  int32: Int32Array;
  int16: Int16Array;
  int8: Int8Array;
  uint32: Uint32Array;
  uint16: Uint16Array;
  uint8: Uint8Array;
}

/** What makes the array of an element type, of a length or from numbers. */
export interface NumbersConstructor<N extends Numbers = Numbers> {
  new (length: number): N;
  new (values: ArrayLike<number>): N;
  readonly name: string;
}

interface Kind {
  readonly array: NumbersConstructor;
  readonly form: 'float' | 'int' | 'uint';
  readonly bits: number;
}

/** Narrow before wide, whole numbers before floats. */
const KINDS: Readonly<Record<Dtype, Kind>> = {
  uint8: { array: Uint8Array, form: 'uint', bits: 8 },
  int8: { array: Int8Array, form: 'int', bits: 8 },
  uint16: { array: Uint16Array, form: 'uint', bits: 16 },
  int16: { array: Int16Array, form: 'int', bits: 16 },
  uint32: { array: Uint32Array, form: 'uint', bits: 32 },
  int32: { array: Int32Array, form: 'int', bits: 32 },
  float32: { array: Float32Array, form: 'float', bits: 32 },
  float64: { array: Float64Array, form: 'float', bits: 64 },
};

export const DTYPES = Object.keys(KINDS) as readonly Dtype[];

export const isDtype = (name: unknown): name is Dtype => typeof name === 'string' && Object.hasOwn(KINDS, name);

export const arrayOf = <D extends Dtype>(dtype: D): NumbersConstructor<NumbersOf[D]> =>
  KINDS[dtype].array as NumbersConstructor<NumbersOf[D]>;

export const isFloat = (dtype: Dtype): boolean => KINDS[dtype].form === 'float';
export const isUnsigned = (dtype: Dtype): boolean => KINDS[dtype].form === 'uint';

/** Smallest and largest number of an integer type; infinite for floats. */
export function rangeOf(dtype: Dtype): [low: number, high: number] {
  const { form, bits } = KINDS[dtype];
  if (form === 'float') return [-Infinity, Infinity];
  return form === 'uint' ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** The element type of an array; undefined if it is no array of numbers that a space can have. */
export function dtypeOf(x: unknown): Dtype | undefined {
  if (!ArrayBuffer.isView(x)) return undefined;
  const name = (x.constructor as { name: string }).name;
  return DTYPES.find((dtype) => KINDS[dtype].array.name === name);
}

export const isNumbers = (x: unknown): x is Numbers => dtypeOf(x) !== undefined;

/** Whether every value of `from` is also one of `to`. */
export function canCast(from: Dtype, to: Dtype): boolean {
  const a = KINDS[from];
  const b = KINDS[to];
  if (a.form === b.form) return a.bits <= b.bits;
  if (b.form === 'float') return a.form !== 'float' && a.bits < b.bits;
  return a.form === 'uint' && b.form === 'int' && a.bits < b.bits;
}

/** The narrowest type that holds the values of all of them. */
export const promote = (dtypes: readonly Dtype[]): Dtype =>
  DTYPES.find((to) => dtypes.every((from) => canCast(from, to))) ?? 'float64';
