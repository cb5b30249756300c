/**
 * Event files as TensorBoard reads them: records of the TFRecord format, each an `Event` in protocol buffers
 * (tensorflow/core/util/event.proto) with scalars by tag.
 *
 *     record = length (uint64) · masked CRC of length · data · masked CRC of data,   masked = rotate(crc, 15) + 0xa282ead8
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32c } from './crc32c.js';

interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  /** Scalars by tag. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** Adds scalars to a file as they come. */
export interface EventFile {
  add(step: number, scalars: Event['scalars']): void;
}

/** Begins the file anew. @param clock milliseconds since 1970 */
export function createEventFile(file: string, clock: () => number = Date.now): EventFile {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, record(Buffer.concat([double(1, clock() / 1000), bytes(3, Buffer.from('brain.Event:2'))])));
  return {
    add(step, scalars) {
      appendFileSync(file, record(encodeEvent({ wallTime: clock() / 1000, step, scalars })));
    },
  };
}

/** An event with a summary: fields wall_time 1, step 2, summary 5; of each value tag 1, simple_value 2. */
function encodeEvent({ wallTime, step, scalars }: Event): Buffer {
  const values = Object.entries(scalars).map(([tag, value]) =>
    bytes(1, Buffer.concat([bytes(1, Buffer.from(tag)), float(2, value)])),
  );
  return Buffer.concat([double(1, wallTime), varint(2, step), bytes(5, Buffer.concat(values))]);
}

function record(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, masked(length), data, masked(data)]);
}

const MASK = 0xa282ead8;

function masked(data: Uint8Array): Buffer {
  const crc = crc32c(data);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE((((crc >>> 15) | (crc << 17)) + MASK) >>> 0);
  return sum;
}

// Wire types of protocol buffers: a key, then the value.
const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];
const key = (field: number, type: number): Buffer => Buffer.of((field << 3) | type);

function base128(value: number): Buffer {
  const parts: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...parts, rest]);
    parts.push((rest % 128) | 128);
  }
}

const varint = (field: number, value: number): Buffer => Buffer.concat([key(field, VARINT), base128(value)]);

const bytes = (field: number, value: Buffer): Buffer =>
  Buffer.concat([key(field, LENGTH), base128(value.length), value]);

function double(field: number, value: number): Buffer {
  const number = Buffer.alloc(8);
  number.writeDoubleLE(value);
  return Buffer.concat([key(field, FIXED64), number]);
}

function float(field: number, value: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeFloatLE(value);
  return Buffer.concat([key(field, FIXED32), number]);
}
