/** Long traces are read in constant memory. SERVEGYM_LONG=1 reads 1 GB of every kind, else 30 MB in all. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readRows } from '../../../../env/workloads/traces/stream.js';
import { traceFiles } from './trace-files.js';

const { made } = traceFiles();

const MIB = 2 ** 20;
const size = (process.env.SERVEGYM_LONG ? 1024 : 10) * MIB;
const LOOKS = 10;
const MOST_GROWTH = 4 * MIB;
/** Buffers that the system holds are given back late. */
const MOST_BUFFERS = 48 * MIB;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Twice: the second waits for the buffers that the first left another thread to free. */
const collectGarbage = (): void => {
  collect();
  collect();
};

const KINDS: readonly (readonly [format: string, header: string, row: string])[] = [
  [
    'mooncake',
    '',
    `{"timestamp": 7, "input_length": 20000, "output_length": 300, "hash_ids": [${Array.from({ length: 40 }, (_, k) => 1000 + k)}]}\n`,
  ],
  ['jsonl', '', `{"arrival": 7, "prompt_tokens": 300, "output_tokens": 20, "id": "${'x'.repeat(200)}"}\n`],
  [
    'burstgpt',
    'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n',
    `7,${'GPT'.repeat(60)},300,20,320,API log\n`,
  ],
];

test.each(KINDS)('%s', async (format, header, row) => {
  const file = made(header, `${format}.gz`);
  const perPart = Math.ceil(MIB / row.length);
  const part = gzipSync(row.repeat(perPart));
  writeFileSync(file, header === '' ? '' : gzipSync(header));
  const parts = Math.ceil(size / (perPart * row.length));
  for (let k = 0; k < parts; k++) appendFileSync(file, part); // gzip members add up to one text
  collectGarbage();
  const others = process.memoryUsage().arrayBuffers; // what earlier tests of this process hold
  const live: number[] = [];
  let rows = 0;
  for await (const batch of readRows(file)) {
    expect(batch.report.format).toBe(format);
    rows += batch.rows.length;
    if (rows < (live.length * parts * perPart) / LOOKS) continue;
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    live.push(heapUsed);
    expect(arrayBuffers - others).toBeLessThan(MOST_BUFFERS);
  }
  expect(rows).toBe(parts * perPart);
  expect(live.length).toBeGreaterThanOrEqual(LOOKS);
  expect(Math.max(...live.slice(1)) - live[1]).toBeLessThan(MOST_GROWTH);
});
