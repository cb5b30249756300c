/** Traces that tests make up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { type ReadOptions, readTrace } from '../../../../env/workloads/traces/read.js';

export const fixture = (name: string): string => fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));

/** A line of our own request list. */
export const line = (arrival: number, more: object = {}): string =>
  JSON.stringify({ arrival, prompt_tokens: 10, output_tokens: 2, ...more });

/** A folder for the tests of one file. */
export function traceFiles() {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'servegym-traces-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function made(content: string | Uint8Array, name = 'trace'): string {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  }

  /** What reading `content` says when it fails, without the folder. */
  async function failure(content: string | Uint8Array, options: ReadOptions = {}): Promise<string> {
    const read = await readTrace(made(content), options).catch((error: Error) => error);
    if (!(read instanceof Error)) throw new Error(`${read.report.requests} requests were read without complaint`);
    return read.message.replaceAll(`${folder}/`, '');
  }

  return { made, failure, folder: () => folder };
}
