/**
 * Weights in the safetensors format: the length of a header as 8 bytes, the header as JSON, and the numbers behind it.
 *
 *     { NAME: { dtype: 'F32' | 'F16' | 'BF16', shape, data_offsets: [from, to] }, __metadata__: { … } }
 *
 * Data, nothing in it is executed. Every number becomes a float32. Tensors of other types are left out: whoever needs one finds it
 * missing. Format: github.com/huggingface/safetensors.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export interface Matrix {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Largest header that is read, bytes; that of a model of a thousand tensors has 100 kB. */
const LARGEST_HEADER = 16 * 2 ** 20;
const BYTES: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };

const tensor = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Matrix>;
  /** Of the whole file. */
  readonly sha256: string;
}

/** @throws Error that names the file and what is wrong with it */
export function readSafetensors(path: string): Safetensors {
  const refuse = (what: string): Error => new Error(`${path}: ${what}`);
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`);
  }
  const size = file.length;
  if (size < 8) throw refuse(`has ${size} bytes, expected a safetensors file`);
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
  if (length > LARGEST_HEADER || length > size - 8)
    throw refuse(`is no safetensors file, or is cut off: its header would have ${length} of ${size} bytes`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  } catch {
    throw refuse('is no safetensors file: its header is not JSON');
  }
  const data = file.subarray(8 + length);
  const tensors = new Map<string, Matrix>();
  let read = 0;
  for (const [name, given] of Object.entries(header ?? {})) {
    if (name === '__metadata__') continue;
    const { data: stated, error } = tensor.safeParse(given);
    if (!stated) throw refuse(`tensor ${JSON.stringify(name)}: ${error.issues[0].message}`);
    const { dtype, shape } = stated;
    const [from, to] = stated.data_offsets;
    if (!Object.hasOwn(BYTES, dtype)) continue;
    const expected = shape.reduce((product, length) => product * length, BYTES[dtype]);
    if (to - from !== expected || to > data.length)
      throw refuse(
        `tensor ${JSON.stringify(name)} has bytes ${from} to ${to} of ${data.length}, expected ${expected} (${dtype} [${shape.join(' × ')}])`,
      );
    read += expected;
    if (read > data.length) throw refuse(`tensor ${JSON.stringify(name)} has bytes that others have, too`);
    tensors.set(name, { shape, values: numbers(Uint8Array.from(data.subarray(from, to)), dtype) });
  }
  return { tensors, sha256: createHash('sha256').update(file).digest('hex') };
}

/** @param bytes a buffer of their own: numbers must be aligned */
function numbers(bytes: Uint8Array, dtype: string): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  const halves = new Uint16Array(bytes.buffer);
  if (dtype === 'F16') return Float32Array.from(halves, ofHalf);
  // bfloat16: the upper half of a float32.
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

/** IEEE 754 binary16. */
function ofHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
