import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { line, traceFiles } from './trace-files.js';

const { made, failure, folder } = traceFiles();

test('gzip, CR LF, byte order mark, blank lines and a missing last line end change nothing', async () => {
  const plain = `${line(0)}\n${line(1)}\n${line(2)}\n`;
  const { workload: expected } = await readTrace(made(plain));
  for (const other of [
    gzipSync(plain),
    Buffer.concat([gzipSync(plain.slice(0, 30)), gzipSync(plain.slice(30))]),
    plain.replaceAll('\n', '\r\n'),
    `\ufeff${plain}`,
    `${plain}\n\n`,
    plain.trimEnd(),
  ]) {
    expect({ ...(await readTrace(made(other))).workload }).toEqual({ ...expected });
  }
});

test('a file of many chunks, with text that chunks cut anywhere', async () => {
  const rows = Array.from({ length: 20_000 }, (_, k) => line(k, { id: `Anfrage für ${k} — ü` }));
  let seen = 0;
  const progress = (bytes: number, total: number): void => {
    expect(bytes).toBeLessThanOrEqual(total);
    seen = bytes / total;
  };
  const { workload } = await readTrace(made(rows.join('\n')), { progress });
  expect(workload.count).toBe(20_000);
  expect(workload.ids.every((id, k) => id === `Anfrage für ${k} — ü`)).toBe(true);
  expect(seen).toBe(1);
});

test('truncated and damaged gzip, even if bad rows are skipped', async () => {
  const packed = gzipSync(Array.from({ length: 2000 }, (_, k) => line(k, { id: `${Math.sin(k)}` })).join('\n'));
  const cut = packed.subarray(0, packed.length >> 1);
  expect(await failure(cut, { skipBadRows: true })).toBe('trace: the gzip data end too early, the file is cut off');
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 2000, 2100);
  expect(await failure(damaged)).toMatch(/^trace: the gzip data are damaged \(.+\)$/);
});

test('binary data, in the first line or later', async () => {
  const says = (n: number): string => `trace, line ${n}: expected UTF-8 text (plain or gzip), found binary data`;
  expect(await failure(Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 0, 1]))).toBe(says(1));
  const latin = Buffer.concat([Buffer.from(`${line(0)}\n${line(1)}\n`), Buffer.from([0x22, 0xfc, 0x22, 0x0a])]);
  expect(await failure(latin)).toBe(says(3));
  expect(await failure(Buffer.from(`${line(0)}\n`, 'utf16le'))).toBe(says(1));
});

test('a line without end', async () => {
  const file = Buffer.concat([Buffer.from(`${line(0)}\n`), Buffer.alloc(17 * 2 ** 20, 0x20)]);
  expect(await failure(file)).toBe('trace, line 2: expected lines up to 16 MiB, found a longer one');
});

test('no file, a folder', async () => {
  await expect(readTrace(join(folder(), 'none'))).rejects.toThrow(/none: no such file$/);
  await expect(readTrace(folder())).rejects.toThrow(/: is a folder, expected a file$/);
});
