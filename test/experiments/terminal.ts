/** A terminal that remembers, and a folder that goes away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { main } from '../../experiments/main.js';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly interactive?: boolean;
  readonly signal?: AbortSignal;
  /** Called with everything that goes to stderr. */
  readonly onErr?: (text: string) => void;
}

/** Runs one command line in this process. */
export async function servegym(
  args: readonly string[],
  { interactive = false, signal = new AbortController().signal, onErr }: RunOptions = {},
): Promise<Said> {
  let out = '';
  let err = '';
  let now = 0;
  const clock = (): number => (now += 1000); // a bar is drawn at every step, however fast the machine is
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      onErr?.(text);
    },
    interactive,
    signal,
    ...(interactive && { clock }),
  });
  return { code, out, err };
}

/**
 * A trace of so many requests, twenty at once: 100 … 322 prompt tokens, 20 … 152 of output, at most 200. Its capacity is measured in
 * no time, and 200 blocks hold about ten of them.
 */
export function writeTrace(file: string, requests: number): string {
  const rows = Array.from({ length: requests }, (_, k) =>
    [8 * Math.floor(k / 20), 100 + 37 * (k % 7), 20 + 11 * (k % 13), 200].join(),
  );
  writeFileSync(file, `arrival,prompt_tokens,output_tokens,max_tokens\n${rows.join('\n')}\n`);
  return file;
}

/** A folder for the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'servegym-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
