/** Learning curves: how validation went in each training, from the log that lies beside its policy. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_FILES } from '../train/log.js';
import type { LogRow } from '../train/training.js';
import type { Group } from './players.js';

export interface Curve {
  readonly task: string;
  readonly group: string;
  readonly label: string;
  /** What was spent until then: steps of environments, of a search its simulated episodes. */
  readonly unit: 'steps' | 'episodes';
  /** Each look: what was spent, and the cost on validation seeds to the base, as a share. */
  readonly points: readonly { readonly at: number; readonly validation: number }[];
}

/** A curve for each training whose log is there: a policy may have been copied without it. */
export function readCurves(groups: readonly Group[]): Curve[] {
  return groups.flatMap(({ name, policies }) =>
    policies.flatMap(({ label, folder, file: { about } }): Curve[] => {
      const log = join(folder, LOG_FILES[1]);
      if (!existsSync(log)) return [];
      const lines = readFileSync(log, 'utf8').split('\n');
      const rows = lines.filter((line) => line !== '').map((line, at) => readRow(line, `${log}:${at + 1}`));
      const unit = rows.some(({ steps }) => steps !== undefined) ? 'steps' : 'episodes';
      const points = rows.flatMap(({ validation, ...row }) =>
        typeof validation === 'number' ? [{ at: row[unit] as number, validation }] : [],
      );
      return points.length > 0 ? [{ task: about.task, group: name, label, unit, points }] : [];
    }),
  );
}

/** @throws Error naming the line that is no row of a log */
function readRow(line: string, where: string): LogRow {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {}
  if (typeof row === 'object' && row !== null && Number.isFinite((row as LogRow).episodes)) return row as LogRow;
  throw new Error(`${where}: expected a row of a training's log, found ${line.slice(0, 60)}`);
}
