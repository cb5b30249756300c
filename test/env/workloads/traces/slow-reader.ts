/** A second reading of traces, for comparison: as plain as it can be, with none of the code under test. */
import type { TraceFormat } from '../../../../env/workloads/traces/reader.js';
import { type SlowRecord, type SlowRow, slowJson, slowTable } from './slow-formats.js';
import { slowSessions } from './slow-sessions.js';
import { Refused, slowBytes, slowCells, slowLines, slowRecords } from './slow-text.js';

export interface SlowTrace {
  readonly rows: readonly SlowRow[];
  readonly failed: number;
  /** Lines of bad rows that were skipped. */
  readonly bad: readonly number[];
}

/**
 * Reads all of a file, in a format that is known.
 * @param skip bad rows are left out
 * @throws Refused
 */
export function slowRead(file: Buffer, format: TraceFormat, skip: boolean): SlowTrace {
  const bytes = slowBytes(file);
  if (!bytes) throw new Refused();
  const { lines, broken } = slowLines(bytes);
  const first = lines.findIndex(({ text }) => text.trim() !== '');
  const seen = lines.filter(({ text }) => text.trim() !== '').length;
  if (first < 0 || (seen === 1 && broken !== undefined)) throw new Refused(broken);
  const { read, header, timeless } = begin(format, lines[first].text, lines[first].line);
  const rest = lines.slice(first + (header ? 1 : 0));
  const { records, open } = header
    ? slowRecords(rest)
    : { records: rest.filter((l) => l.text.trim()), open: undefined };
  const rows: SlowRow[] = [];
  const bad: number[] = [];
  let failed = 0;
  let latest = 0;
  const unended = bytes.at(-1) === 10 ? undefined : lines.at(-1)?.line;
  for (const { line, text } of records) {
    if (timeless && rows.length > 0 && line === unended) throw new Refused(); // it is read last, on its own
    try {
      const row = read(text, line);
      if (!row) failed++;
      else {
        if (row.follows === undefined && (row.arrival ?? 0) < latest) throw new Refused(line);
        if (row.follows === undefined) latest = row.arrival ?? 0;
        rows.push(row);
      }
    } catch (error) {
      if (!(error instanceof Refused && skip)) throw error;
      bad.push(line);
    }
  }
  if (timeless && rows.length > 0) throw new Refused();
  const last = broken ?? open;
  if (last !== undefined) throw new Refused(last);
  if (rows.length === 0) throw new Refused();
  return { rows, failed, bad };
}

function begin(
  format: TraceFormat,
  text: string,
  line: number,
): { read: SlowRecord; header: boolean; timeless: boolean } {
  const json = slowJson(format);
  if (json) return { read: json, header: false, timeless: false };
  const read = slowTable(format, text, line) ?? slowSessions(text, line);
  const names = slowCells(text)?.map((name) => name.trim());
  return { read, header: true, timeless: format === 'vidur' && !names?.includes('arrived_at') };
}
