/** Folders of results, and lists in files that only grow, a line of JSON each. */
import {
  accessSync,
  appendFileSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder for results, before anything is computed.
 * @returns undo: takes away again what was made and is still empty
 * @throws Error naming it if nothing can be written there
 */
export function makeFolder(folder: string): () => void {
  try {
    const first = mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return () => first !== undefined && removeEmpty(resolve(folder), resolve(first));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file is in the way' : code;
    throw new Error(`${folder}: no folder for results can be made there (${why})`);
  }
}

/** Takes away a folder and those above it up to `top`, as far as they are empty. */
function removeEmpty(folder: string, top: string): void {
  for (let at = folder; at.length >= top.length; at = dirname(at)) {
    try {
      rmdirSync(at);
    } catch {
      return; // something is in it, or it is gone
    }
  }
}

/** Makes the folder of a file that will be written, before anything is computed. @throws Error naming it if it cannot be written there */
export function expectFile(file: string): void {
  makeFolder(dirname(file));
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${file}: is a folder, expected a file`);
}

/** Adds one value as a line of JSON. One write: a crash leaves at most the last line incomplete. */
export function appendJsonLine(file: string, value: unknown): void {
  appendFileSync(file, `${JSON.stringify(value)}\n`);
}

/** The values of a JSONL file, without an incomplete last line; none if there is no file. */
export function readJsonLines(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const values: unknown[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      values.push(JSON.parse(line));
    } catch {
      break;
    }
  }
  return values;
}

export const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');
