/** The folder of a dataset while it grows: columns that are appended to, and a journal that says how far they are good. */
import { createHash } from 'node:crypto';
import { appendFileSync, createReadStream, existsSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { readData, writeAtomic } from '../../env/files.js';
import { openJournal } from '../results.js';
import { type ColumnSpec, type DatasetHeader, type EpisodeFacts, fileOf, HEADER, rowsFileOf } from './format.js';

/** An episode that is in the files, and the bytes it has there. */
interface Entry {
  readonly facts: EpisodeFacts;
  readonly bytes: Readonly<Record<string, number>>;
}

export interface DatasetFolder {
  /** Episodes that an interrupted run with the same settings has left. */
  readonly before: readonly EpisodeFacts[];
  add(facts: EpisodeFacts, bytes: ReadonlyMap<string, Uint8Array>): void;
  /** All is there: gives the files their names, and writes the header last. @returns all files */
  finish(header: Omit<DatasetHeader, 'files' | 'episodes' | 'rows'>): Promise<string[]>;
}

/** The hash of the finished dataset in a folder; undefined: there is none. */
export function finishedIn(folder: string): string | undefined {
  const file = join(folder, HEADER);
  return existsSync(file) ? String((readData(file) as { hash?: unknown })?.hash) : undefined;
}

/**
 * Opens a folder for a dataset. What a crash left behind the last whole episode is cut off.
 * @param resume whether to go on where an interrupted run with the same settings stopped; a finished dataset is overwritten
 * @throws Error if a column is shorter than the journal says
 */
export function openFolder(
  folder: string,
  hash: string,
  columns: readonly ColumnSpec[],
  resume: boolean,
): DatasetFolder {
  const journal = openJournal<Entry>(folder, 'episodes', hash, resume);
  const names = columns.flatMap(({ name, set }) => (set ? [fileOf(name), rowsFileOf(name)] : [fileOf(name)]));
  const partial = (name: string): string => join(folder, `${name}.partial`);
  rmSync(join(folder, HEADER), { force: true });
  for (const name of names) {
    // A run that was stopped while it gave files their names has given this one its own already.
    if (!existsSync(partial(name)) && existsSync(join(folder, name))) renameSync(join(folder, name), partial(name));
    const length = journal.before.reduce((sum, { bytes }) => sum + bytes[name], 0);
    const found = existsSync(partial(name)) ? statSync(partial(name)).size : 0;
    if (found < length)
      throw new Error(`${partial(name)}: has ${found} bytes, expected ${length}; --no-resume starts anew`);
    appendFileSync(partial(name), '');
    truncateSync(partial(name), length);
  }
  const entries: Entry[] = [...journal.before];
  return {
    before: journal.before.map(({ facts }) => facts),
    add(facts, bytes) {
      for (const [name, content] of bytes) appendFileSync(partial(name), content);
      const entry = { facts, bytes: Object.fromEntries([...bytes].map(([name, { length }]) => [name, length])) };
      journal.add(entry);
      entries.push(entry);
    },
    async finish(header) {
      const files: DatasetHeader['files'] = [];
      for (const name of names) {
        renameSync(partial(name), join(folder, name));
        const { size } = statSync(join(folder, name));
        files.push({ name, bytes: size, sha256: await digestOf(join(folder, name)) });
      }
      const episodes = entries.map(({ facts }) => facts);
      const rows = episodes.reduce((sum, each) => sum + each.rows, 0);
      writeAtomic(join(folder, HEADER), `${JSON.stringify({ ...header, rows, files, episodes }, null, 1)}\n`);
      rmSync(journal.file, { force: true });
      return [HEADER, ...names].map((name) => join(folder, name));
    },
  };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
