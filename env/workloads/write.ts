/** Writes a workload as the JSONL request list that `traces/read.ts` reads back. */
import { writeAtomic } from '../files.js';
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
  writeAtomic(file, pieces(workloadLines(workload, alpha)));
}

/** Some lines at a time: a system call for each would cost more than the lines. */
function* pieces(lines: Iterable<string>): Iterable<string> {
  let some: string[] = [];
  for (const line of lines) {
    if (some.push(`${line}\n`) < LINES_AT_ONCE) continue;
    yield some.join('');
    some = [];
  }
  yield some.join('');
}
