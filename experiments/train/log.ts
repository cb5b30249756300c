/** The log of a training: as CSV and JSONL at its end, as TensorBoard events while it goes on. */
import { join } from 'node:path';
import { writeAtomic } from '../../env/files.js';
import { jsonLines } from '../files.js';
import { createEventFile } from './tensorboard.js';
import type { LogRow } from './training.js';

/** Names of what `writeLog` leaves. */
export const LOG_FILES = ['log.csv', 'log.jsonl'] as const;
export const EVENT_FOLDER = 'tensorboard';

/** Columns are those of the first row; empty where nobody looked. */
function csvOf(log: readonly LogRow[]): string {
  const columns = Object.keys(log[0] ?? {});
  const lines = log.map((row) => columns.map((name) => row[name] ?? '').join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}

export function writeLog(folder: string, log: readonly LogRow[]): void {
  writeAtomic(join(folder, LOG_FILES[0]), csvOf(log));
  writeAtomic(join(folder, LOG_FILES[1]), jsonLines(log));
}

/** Events of the rows so far, and of each that follows. Steps are those of environments, of a search its episodes. */
export function eventsOf(folder: string, before: readonly LogRow[]): (row: LogRow) => void {
  const file = createEventFile(join(folder, EVENT_FOLDER, 'events.out.tfevents.servegym'));
  const add = (row: LogRow): void => {
    const { iteration: _, steps, episodes, ...figures } = row;
    const scalars = Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null);
    file.add(steps ?? episodes, Object.fromEntries(scalars));
  };
  for (const row of before) add(row);
  return add;
}
