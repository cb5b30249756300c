/** Files of weights: numbers of three types, and one sentence about everything that is no such file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { stream } from '../../../env/random.js';
import { readSafetensors } from '../../../predictors/encoder/safetensors.js';
import { temporaryFolder } from '../../experiments/terminal.js';

const folder = temporaryFolder();
const path = join(folder, 'model.safetensors');

function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}
const bytesOf = (values: Float32Array | Uint16Array): Uint8Array => new Uint8Array(values.buffer);
const one = (dtype: string, shape: readonly number[], data: Uint8Array): Buffer =>
  fileOf({ __metadata__: { format: 'pt' }, w: { dtype, shape, data_offsets: [0, data.length] } }, data);

function read(bytes: Uint8Array) {
  writeFileSync(path, bytes);
  return readSafetensors(path).tensors;
}

describe('reading weights', () => {
  it('gives float32 as they are', () => {
    const values = Float32Array.of(1, -2.5, 1e-20, 3, 4, 5);
    expect(read(one('F32', [2, 3], bytesOf(values))).get('w')).toEqual({ shape: [2, 3], values });
  });

  it('gives halves and bfloat16 as the numbers that they stand for', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x3555);
    const given = read(one('F16', [6], bytesOf(halves))).get('w')?.values ?? new Float32Array(0);
    expect(Array.from(given.subarray(0, 5))).toEqual([1, -2, 2 ** -24, 65504, -0]);
    expect(given[5]).toBeCloseTo(1 / 3, 3);
    const brain = Uint16Array.of(0x3f80, 0xc040, 0x7f80);
    expect(Array.from(read(one('BF16', [3], bytesOf(brain))).get('w')?.values ?? [])).toEqual([1, -3, Infinity]);
  });

  it('leaves out tensors of other types', () => {
    expect(read(one('I64', [1], new Uint8Array(8))).size).toBe(0);
  });
});

test.each([
  ['nothing', new Uint8Array(3), 'has 3 bytes, expected a safetensors file'],
  ['a header longer than the file', one('F32', [1], new Uint8Array(4)).subarray(0, 20), 'or is cut off: its header'],
  ['a text file', Buffer.from('this is no file of weights'), 'is no safetensors file'],
  ['a header that is not JSON', fileOf('{"w": '), 'its header is not JSON'],
  ['a header that says nothing of the numbers', fileOf({ w: { dtype: 'F32' } }), 'tensor "w": '],
  [
    'numbers that are not there',
    fileOf({ w: { dtype: 'F32', shape: [4], data_offsets: [0, 16] } }),
    'bytes 0 to 16 of 0',
  ],
  ['a shape that does not fit', one('F32', [3], new Uint8Array(8)), 'expected 12 (F32 [3])'],
  [
    'tensors that share bytes',
    fileOf(
      Object.fromEntries(['a', 'b'].map((name) => [name, { dtype: 'F32', shape: [1], data_offsets: [0, 4] }])),
      new Uint8Array(4),
    ),
    'tensor "b" has bytes that others have, too',
  ],
  ['offsets that run back', fileOf({ w: { dtype: 'F32', shape: [1], data_offsets: [8, 4] } }), 'bytes 8 to 4'],
])('refuses %s', (_, bytes, message) => {
  expect(() => read(bytes)).toThrow(`${path}: `);
  expect(() => read(bytes)).toThrow(message);
});

test('names a file that is not there', () => {
  expect(() => readSafetensors(join(folder, 'none'))).toThrow(/none: no such file$/);
  expect(() => readSafetensors(folder)).toThrow(`${folder}: cannot be read (EISDIR)`);
});

test('1,000 damaged files are refused in one sentence, or give numbers of the shape that they state', () => {
  const { next } = stream(1, 'safetensors');
  const whole = one('F32', [4, 2], bytesOf(Float32Array.from({ length: 8 }, (_, k) => k)));
  for (let round = 0; round < 1000; round++) {
    const bytes = Uint8Array.from(whole);
    for (let k = Math.floor(1 + 4 * next()); k > 0; k--)
      bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
    const cut = next() < 0.3 ? bytes.subarray(0, Math.floor(next() * bytes.length)) : bytes;
    try {
      for (const { shape, values } of read(cut).values()) expect(values.length).toBe(shape.reduce((a, b) => a * b, 1));
    } catch (error) {
      expect((error as Error).message).toContain(`${path}: `);
      expect((error as Error).message).not.toContain('\n');
    }
  }
});
