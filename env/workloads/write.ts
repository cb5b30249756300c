/** Writes a workload as the JSONL request list that `traces/read.ts` reads back. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UNDECLARED, type Workload } from './workload.js';

const LINES_AT_ONCE = 1000;

/**
 * The lines of a workload, without line ends. Columns with their default are left out; keys are left out where they are the number of the line. Read
 * back, all columns are equal. Acceptance is a function, which no list can hold: give `alpha`, a probability by row, to write
 * a constant one.
 */
export function* workloadLines(workload: Workload, alpha?: ArrayLike<number>): Generator<string> {
  const { content } = workload;
  for (let row = 0; row < workload.count; row++) {
    const line: Record<string, unknown> = {};
    if (workload.ids[row]) line.id = workload.ids[row];
    if (workload.key[row] !== row + 1) line.key = workload.key[row];
    line.arrival_us = workload.arrival[row];
    line.prompt_tokens = workload.promptTokens[row];
    line.output_tokens = workload.outputTokens[row];
    if (workload.declared[row] !== UNDECLARED) line.max_tokens = workload.declared[row];
    if (workload.priority[row] !== 0) line.priority = workload.priority[row];
    if (workload.tenant[row] !== 0) line.tenant = workload.tenant[row];
    if (workload.slo[row] !== 0) line.slo = workload.slo[row];
    if (workload.deadline[row] !== Infinity) line.deadline_us = workload.deadline[row];
    if (workload.abortAt[row] !== Infinity) line.abort_us = workload.abortAt[row];
    if (workload.tie[row] !== row) line.tie = workload.tie[row];
    if (alpha) line.alpha = alpha[row];
    if (content) {
      const segments: [string, number][] = [];
      for (let at = content.offsets[row]; at < content.offsets[row + 1]; at++) {
        segments.push([`s${content.sequence[at]}`, content.tokens[at]]);
      }
      line.segments = segments;
      line.answer = `s${content.answer[row]}`;
    }
    yield JSON.stringify(line);
  }
}

/**
 * Writes `workloadLines` to `file`, whole or not at all.
 * @throws Error naming the file if it cannot be written
 */
export function writeWorkload(workload: Workload, file: string, alpha?: ArrayLike<number>): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(unfinished, 'w');
    try {
      writeLines(handle, workloadLines(workload, alpha));
    } finally {
      closeSync(handle);
    }
    renameSync(unfinished, file);
  } catch (error) {
    if (existsSync(unfinished)) unlinkSync(unfinished);
    throw new Error(`${file}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function writeLines(handle: number, lines: Iterable<string>): void {
  let some: string[] = [];
  const flush = (): void => {
    if (some.length > 0) writeFileSync(handle, `${some.join('\n')}\n`);
    some = [];
  };
  for (const line of lines) if (some.push(line) === LINES_AT_ONCE) flush();
  flush();
}
