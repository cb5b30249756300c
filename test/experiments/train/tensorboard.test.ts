/** Event files, read back by a reader of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../experiments/train/crc32c.js';
import { createEventFile } from '../../../experiments/train/tensorboard.js';
import { temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();

/** RFC 3720, appendix B.4, and the check value of the CRC catalogue. */
it.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['0 … 31', Uint8Array.from({ length: 32 }, (_, k) => k), 0x46dd794e],
  ['31 … 0', Uint8Array.from({ length: 32 }, (_, k) => 31 - k), 0x113fdb5c],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
])('CRC-32C of %s', (_, bytes, crc) => {
  expect(crc32c(bytes)).toBe(crc);
});

const unmasked = (masked: number): number => {
  const crc = (masked - 0xa282ead8) >>> 0;
  return ((crc << 15) | (crc >>> 17)) >>> 0;
};

/** The data of all records. @throws Error if a checksum is wrong */
function recordsIn(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(file.readUInt32LE(at + 8))).toBe(crc32c(file.subarray(at, at + 8)));
    expect(unmasked(file.readUInt32LE(at + 12 + length))).toBe(crc32c(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

/** Fields of a message by number, in order. */
function fieldsOf(data: Buffer): [field: number, value: number | Buffer][] {
  const fields: [number, number | Buffer][] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let power = 1; ; power *= 128) {
      const byte = data[at++];
      value += (byte & 127) * power;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    return data.subarray(at - length, at);
  };
  while (at < data.length) {
    const key = varint();
    const read = [varint, () => take(8).readDoubleLE(), () => take(varint()), null, null, () => take(4).readFloatLE()];
    fields.push([key >>> 3, (read[key & 7] as () => number | Buffer)()]);
  }
  return fields;
}

describe('an event file', () => {
  it('is a version, then every scalar at its step and time', () => {
    const path = join(folder, 'new', 'events.out.tfevents.test');
    let clock = 1_500_000_000_500;
    const file = createEventFile(path, () => clock);
    file.add(0, { 'loss/total': 0.25 });
    clock += 1000;
    file.add(5_000_000_000, { validation: -0.125, return: 3 });
    const [version, first, second, ...more] = recordsIn(readFileSync(path)).map(fieldsOf);
    expect(more).toEqual([]);
    expect(version).toEqual([
      [1, 1_500_000_000.5],
      [3, Buffer.from('brain.Event:2')],
    ]);
    const scalars = (fields: typeof first) =>
      fieldsOf(fields[2][1] as Buffer).map(([field, value]) => [field, fieldsOf(value as Buffer)]);
    expect(first.slice(0, 2)).toEqual([
      [1, 1_500_000_000.5],
      [2, 0],
    ]);
    expect(scalars(first)).toEqual([
      [
        1,
        [
          [1, Buffer.from('loss/total')],
          [2, 0.25],
        ],
      ],
    ]);
    expect(second.slice(0, 2)).toEqual([
      [1, 1_500_000_001.5],
      [2, 5_000_000_000],
    ]);
    expect(scalars(second)).toEqual([
      [
        1,
        [
          [1, Buffer.from('validation')],
          [2, -0.125],
        ],
      ],
      [
        1,
        [
          [1, Buffer.from('return')],
          [2, 3],
        ],
      ],
    ]);
  });

  it('is begun anew', () => {
    const path = join(folder, 'again');
    createEventFile(path).add(1, { a: 1 });
    createEventFile(path);
    expect(recordsIn(readFileSync(path))).toHaveLength(1);
  });
});
