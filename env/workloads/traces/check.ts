/** What rows of a trace must be to each other, and fields within a row. */
import { toSeconds } from '../../time.js';
import type { Field } from './fields.js';
import { BadRow, type TraceRow } from './row.js';

/** How a file describes acceptance. */
type Luck = 'alpha' | 'accepted' | 'commits';

/**
 * Checks rows in the order of the file.
 * @param columnOf the file's name for a field
 * @returns a function that throws BadRow; a row that it refuses leaves no trace
 */
export function createRowCheck(columnOf: (field: Field) => string): (row: TraceRow, line: number) => void {
  let kind: Luck | undefined;
  let latest = -Infinity;
  let latestLine = 0;

  return (row, line) => {
    const own = row.follows === undefined;
    const { arrival = 0, deadline, abortAt, segments } = row;
    if (own && arrival < latest) {
      const found = `one ${toSeconds(latest - arrival)} s before it`;
      throw new BadRow(columnOf('arrival'), `a time not before that of line ${latestLine}`, found);
    }
    let luck = kind;
    if (row.alpha !== undefined) luck = only(luck, 'alpha');
    if (row.accepted) luck = only(luck, 'accepted');
    if (row.commits) luck = only(luck, 'commits');
    if (own && deadline !== undefined) checkAfter('deadline', deadline, arrival);
    if (own && abortAt !== undefined) checkAfter('abortAt', abortAt, arrival);
    if (segments) checkSum(segments, row.promptTokens);
    kind = luck;
    if (!own) return;
    latest = arrival;
    latestLine = line;
  };

  function only(kind: Luck | undefined, other: Luck): Luck {
    if (kind === undefined || kind === other) return other;
    throw new BadRow(columnOf(other), `${kind} alone (a file has one kind of acceptance)`, other);
  }

  function checkAfter(field: 'deadline' | 'abortAt', due: number, arrival: number): void {
    if (due >= arrival) return;
    throw new BadRow(columnOf(field), 'a time not before the arrival', `one ${toSeconds(arrival - due)} s before it`);
  }

  function checkSum(segments: NonNullable<TraceRow['segments']>, promptTokens: number): void {
    let sum = 0;
    for (const segment of segments) sum += segment[1];
    if (sum === promptTokens) return;
    throw new BadRow(columnOf('segments'), `${promptTokens} tokens in all, as many as the prompt`, `${sum}`);
  }
}
