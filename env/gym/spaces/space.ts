/** What every space is: a set of values, how to draw one, and how values become flat vectors and batches. */
import type { Seed, Stream } from '../../random.js';

/** Element types of the numbers in a space. Text, graphs and the like have none. */
export type Dtype = 'float64' | 'float32' | 'int32' | 'int16' | 'int8' | 'uint32' | 'uint16' | 'uint8';

/** Typed arrays that values and batches are made of. A value of more than one axis is flat, its rows one after the other; its shape is the space's. */
export type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** A space as JSON: `type` and what its constructor takes. `spaceFromJson` gives it back. */
export type SpaceJson = { readonly type: string; readonly [field: string]: unknown };

/** What `sample` may be told: which values are allowed (1 or 0), or how likely each is; one of the two. Their form is the space's. */
export interface SampleOptions {
  readonly mask?: unknown;
  readonly probability?: unknown;
  /** Where the draw comes from [the space's own stream]. */
  readonly random?: Stream;
}

/**
 * A set of values T. B is what a batch of them is stored in: for a Box one typed array of all rows, for a Dict a record
 * of such, for spaces without a fixed size an ordinary array.
 */
export interface Space<T = unknown, B = unknown> {
  /** The name of its kind as in Gymnasium: `Box`, `Discrete`, … */
  readonly type: string;
  /** Axes of a value; null where a value is no array of numbers. */
  readonly shape: readonly number[] | null;
  readonly dtype: Dtype | null;

  /** Begins its random stream anew. */
  seed(seed: Seed): void;
  /** Draws a member. @throws Error for a mask or probability of the wrong form */
  sample(options?: SampleOptions): T;
  /** Whether x is a member: form, bounds, no NaN. */
  contains(x: unknown): x is T;
  /** Whether the other one is the same set. */
  equals(other: Space): boolean;
  /** As a person reads it, in Gymnasium's notation: `Box(-1.0, 2.0, (2,), float32)`. */
  toString(): string;
  toJSON(): SpaceJson;
  /** A member as JSON, and back. */
  valueToJson(x: T): unknown;
  valueFromJson(json: unknown): T;

  /** Numbers in a flattened value; null: that is not fixed. */
  readonly flatSize: number | null;
  /** The space of flattened values: a Box, or for spaces without fixed size one of the same kind whose parts are flat. */
  flatSpace(): Space;
  /** One-hot for choices, in the order of its parts. */
  flatten(x: T): unknown;
  unflatten(flat: unknown): T;

  /** The space of n members. */
  batchSpace(n: number): Space<B>;
  /** Room for n members, all zero or empty. */
  createBatch(n: number): B;
  /** Copies x to a row of a batch. */
  write(batch: B, row: number, x: T): void;
  /** The member in a row of a batch: borrowed where that is possible (it changes with the batch). */
  read(batch: B, row: number): T;
}

/** The values of a space, and what batches of them are stored in. */
export type ValueOf<S> = S extends Space<infer T, infer _> ? T : never;
export type BatchOf<S> = S extends Space<infer _, infer B> ? B : never;
