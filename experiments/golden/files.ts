/** Folders of recordings: which there are, and how one is read. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Where recordings of real systems are, unless SERVEGYM_GOLDEN says otherwise; null = nowhere. */
export function goldenFolder(): string | null {
  const folder = process.env.SERVEGYM_GOLDEN ?? '../shared/golden';
  return existsSync(folder) ? folder : null;
}

/** @throws Error if it is not a folder */
export function checkFolder(folder: string): void {
  if (!existsSync(folder)) throw new Error(`${folder}: no such folder`);
  if (!statSync(folder).isDirectory()) throw new Error(`${folder}: is a file, expected a folder of recordings`);
}

/** The recordings of a folder, `.json` and `.json.gz`, by name. */
export function recordingsIn(folder: string): string[] {
  checkFolder(folder);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') || name.endsWith('.json.gz'))
    .sort()
    .map((name) => join(folder, name));
}

/** One recording. @throws Error naming the file if it cannot be read */
export function readRecording(file: string): unknown {
  try {
    const raw = readFileSync(file);
    return JSON.parse((file.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8'));
  } catch (error) {
    throw new Error(`${file}: not a readable recording (${error instanceof Error ? error.message : error})`);
  }
}
