/**
 * Logged episodes as files, for learning offline.
 *
 *     DIR/dataset.json       what it is: task, policy, seed, spaces, columns, episodes; written last, so it says that all is there
 *     DIR/COLUMN.bin         the values of a column, row after row, raw, little endian
 *     DIR/COLUMN.rows.bin    int32: how many rows of a set each row of the table has, for columns that are sets
 *
 * A row is a question: what was seen, what was answered, what came of it until the next question. An episode ends with a row
 * for what was seen last: `last` is 1, and its action, reward and propensity mean nothing (zeros, sets without rows).
 *
 * | column | type | what |
 * |---|---|---|
 * | `episode` | int32 | its number, from 0 |
 * | `observation`, `observation.KEY` | as the space | what was seen |
 * | `mask` | uint8 × choices | 1 = legal; tasks with masks only |
 * | `action`, `action.KEY` | as the space | the answer |
 * | `logPropensity` | float64 | natural logarithm of its probability under the policy that logged it, or density |
 * | `atom` | uint8 | 1 = a probability; 0 = a density, of real numbers drawn evenly |
 * | `reward` | float64 | until the next question |
 * | `elapsed` | float64 | seconds until the next question: what discounts go by |
 * | `terminated`, `truncated` | uint8 | the episode ended with this answer |
 * | `last` | uint8 | no answer: the observation after the end |
 *
 * With `--policy mix` episodes are logged by several policies in turn: each episode says by which, and propensities are that one's.
 */
import { endianness } from 'node:os';
import { z } from 'zod';

export const FORMAT = 'servegym-dataset';
export const VERSION = 1;
export const HEADER = 'dataset.json';

const dtypes = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;
const dtypeNames = Object.keys(dtypes) as (keyof typeof dtypes)[];

export type Values = InstanceType<(typeof dtypes)[keyof typeof dtypes]>;

const column = z.strictObject({
  name: z.string(),
  dtype: z.enum(dtypeNames),
  /** Axes of a value, of a row of it if it is a set; [] = one number. */
  shape: z.array(z.int().min(0)),
  /** A value is a set: any number of rows. */
  set: z.boolean(),
});

const file = z.strictObject({ name: z.string(), bytes: z.int().min(0), sha256: z.string() });

const episode = z.strictObject({
  policy: z.string(),
  seed: z.string(),
  /** Rows of the table, the one for what was seen last included. */
  rows: z.int().min(2),
  /** Sum of its rewards; seconds from its first question to its last. */
  return: z.number(),
  seconds: z.number(),
});

export const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  /** Of the package that wrote it. */
  servegym: z.string(),
  /** Name of the settings: equal ones, equal name. */
  hash: z.string(),
  task: z.string(),
  /** Arguments of the task. */
  names: z.record(z.string(), z.unknown()),
  policy: z.string(),
  seed: z.int(),
  observationSpace: z.looseObject({ type: z.string() }),
  actionSpace: z.looseObject({ type: z.string() }),
  byteOrder: z.literal('little'),
  rows: z.int().min(0),
  columns: z.array(column),
  files: z.array(file),
  episodes: z.array(episode),
});

export type DatasetHeader = z.output<typeof headerSchema>;
export type ColumnSpec = z.output<typeof column>;
export type EpisodeFacts = z.output<typeof episode>;

/** Names of a column's files; the second only for sets. */
export const fileOf = (name: string): string => `${name}.bin`;
export const rowsFileOf = (name: string): string => `${name}.rows.bin`;

/** Numbers in a value, or in a row of a set. */
export const sizeOf = ({ shape }: Pick<ColumnSpec, 'shape'>): number => shape.reduce((a, b) => a * b, 1);

/** Numbers as the bytes of a file. */
export function toBytes(dtype: ColumnSpec['dtype'], values: readonly number[]): Uint8Array {
  const { buffer } = new dtypes[dtype](values);
  return ordered(new Uint8Array(buffer), dtypes[dtype].BYTES_PER_ELEMENT);
}

/** And back. The bytes must be those of whole numbers. */
export function fromBytes(dtype: ColumnSpec['dtype'], bytes: Uint8Array): Values {
  const own = ordered(Uint8Array.from(bytes), dtypes[dtype].BYTES_PER_ELEMENT);
  return new dtypes[dtype](own.buffer);
}

export const widthOf = (dtype: ColumnSpec['dtype']): number => dtypes[dtype].BYTES_PER_ELEMENT;

/** Turns bytes of numbers round where the machine is not little endian. */
function ordered<T extends Uint8Array>(bytes: T, width: number): T {
  if (endianness() === 'BE') for (let k = 0; k < bytes.length; k += width) bytes.subarray(k, k + width).reverse();
  return bytes;
}
