/** The results folder of a run: episodes as they finish, and what becomes of them at the end. */
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { packageFile, readData, writeAtomic } from '../env/files.js';
import { appendJsonLine, jsonLines, makeFolder, readJsonLines } from './files.js';

/** Ten letters that name settings: equal settings of one version, equal name. */
export function hashOf(settings: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([packageVersion(), settings]))
    .digest('hex')
    .slice(0, 10);
}

export const packageVersion = (): string => (readData(packageFile('package.json')) as { version: string }).version;

/** Where figures of time were taken. */
export const machine = (): { cpu: string; node: string } => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  node: process.version,
});

/** A list of finished things that an interruption leaves intact. */
export interface Journal<T> {
  /** What an interrupted run with the same settings has left. */
  readonly before: readonly T[];
  readonly file: string;
  add(value: T): void;
  /** All is done: the list in its final order, whole or not at all. */
  finish(values: readonly T[]): string;
}

/**
 * Opens FOLDER/NAME.partial.jsonl, whose first line is the hash of the settings. What other settings have left is discarded.
 * @param resume whether to go on where an interrupted run stopped
 */
export function openJournal<T>(folder: string, name: string, hash: string, resume: boolean): Journal<T> {
  const file = join(folder, `${name}.partial.jsonl`);
  makeFolder(folder);
  const [header, ...values] = readJsonLines(file) as [{ hash?: string }?, ...T[]];
  const goesOn = resume && header?.hash === hash;
  const before = goesOn ? values : [];
  // Rewritten in any case: an interruption may have left half a line.
  writeAtomic(file, jsonLines([{ hash }, ...before]));
  return {
    before,
    file,
    add: (value) => appendJsonLine(file, value),
    finish(all) {
      const final = join(folder, `${name}.jsonl`);
      writeAtomic(final, jsonLines(all));
      if (existsSync(file)) rmSync(file);
      return final;
    },
  };
}
