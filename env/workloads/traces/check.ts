/** What rows of a trace must be to each other, and fields within a row. */
import { toSeconds } from '../../time.js';
import type { Field } from './fields.js';
import { BadRow, type TraceRow } from './row.js';

/** A file describes acceptance in one of these ways. */
const LUCKS = ['alpha', 'accepted', 'commits'] as const;

/**
 * Checks rows in the order of the file.
 * @param columnOf the file's name for a field
 * @returns a function that throws BadRow; a row that it refuses leaves no trace
 */
export function createRowCheck(columnOf: (field: Field) => string): (row: TraceRow, line: number) => void {
  const lineOfKey = new Map<number, number>();
  let kind: (typeof LUCKS)[number] | undefined;
  let latest = -Infinity;
  let latestLine = 0;

  return (row, line) => {
    const { arrival = 0, key, deadline, abortAt, segments } = row;
    if (arrival < latest) {
      const found = `one ${toSeconds(latest - arrival)} s before it`;
      throw new BadRow(columnOf('arrival'), `a time not before that of line ${latestLine}`, found);
    }
    const other = key === undefined ? undefined : lineOfKey.get(key);
    if (other !== undefined) throw new BadRow(columnOf('key'), 'a key of its own', `${key}, which line ${other} has`);
    const luck = LUCKS.find((name) => row[name] !== undefined && name !== kind);
    if (luck && kind) throw new BadRow(columnOf(luck), `${kind} as in the lines before`, luck);
    if (deadline !== undefined) checkAfter('deadline', deadline, arrival);
    if (abortAt !== undefined) checkAfter('abortAt', abortAt, arrival);
    if (segments) checkSum(segments, row.promptTokens);
    kind ??= luck;
    if (key !== undefined) lineOfKey.set(key, line);
    latest = arrival;
    latestLine = line;
  };

  function checkAfter(field: 'deadline' | 'abortAt', due: number, arrival: number): void {
    if (due >= arrival) return;
    throw new BadRow(columnOf(field), 'a time not before the arrival', `one ${toSeconds(arrival - due)} s before it`);
  }

  function checkSum(segments: NonNullable<TraceRow['segments']>, promptTokens: number): void {
    const sum = segments.reduce((tokens, [, n]) => tokens + n, 0);
    if (sum === promptTokens) return;
    throw new BadRow(columnOf('segments'), `${promptTokens} tokens in all, as many as the prompt`, `${sum}`);
  }
}
