/** Writes a workload as the JSONL request list that `traces/read.ts` reads back. */
import { streamAtomic, writeAtomic } from '../files.js';
import { UNDECLARED, type Workload } from './workload.js';

const LINES_AT_ONCE = 1000;

/** Drafts asked for when a list is made of an acceptance: the longest that the format's numbers can say. */
const LONGEST_DRAFT = 254;

/**
 * The lines of a workload, without line ends. Columns with their default are left out; keys are left out where they are the
 * number of the line. Read back, all columns are equal.
 *
 * Acceptance becomes a list by output position (`commits`), which replays it for drafts of up to 254 tokens. Two things no
 * line says: acceptance by sampling step is left out, and that a proposer offers nothing at times; read what an n-gram
 * proposer was to do with `draft: 'ngram'`. See `acceptanceInLines`.
 * @param alpha writes a constant acceptance instead: its probability, by row
 */
export function* workloadLines(workload: Workload, alpha?: ArrayLike<number>): Generator<string> {
  const { content, rounds, acceptance, texts } = workload;
  const commits = !alpha && acceptanceInLines(workload) === 'commits';
  for (let row = 0; row < workload.count; row++) {
    const line: Record<string, unknown> = {};
    const before = rounds ? rounds.follows[row] : -1;
    if (workload.ids[row]) line.id = workload.ids[row];
    if (workload.key[row] !== row + 1) line.key = workload.key[row];
    if (before < 0) line.arrival_us = workload.arrival[row];
    else line.follows = workload.key[before];
    if (rounds && rounds.think[row] !== 0) line.think_us = rounds.think[row];
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
    if (commits) {
      line.commits = Array.from(
        { length: workload.outputTokens[row] },
        (_, position) => 1 + acceptance.accepted(row, position, 0, LONGEST_DRAFT),
      );
    }
    if (content) {
      const segments: [string, number][] = [];
      for (let at = content.offsets[row]; at < content.offsets[row + 1]; at++) {
        segments.push([`s${content.sequence[at]}`, content.tokens[at]]);
      }
      line.segments = segments;
      line.answer = `s${content.answer[row]}`;
    }
    const prompt = texts?.prompt(row);
    const model = texts?.model(row);
    if (prompt !== undefined) line.prompt = prompt;
    if (model !== undefined) line.model = model;
    yield JSON.stringify(line);
  }
}

/**
 * How the lines of a workload say which drafts are accepted: as a list; not at all, as none ever is; or not at all, as it
 * depends on the number of sampling steps, for which there is no list.
 */
export function acceptanceInLines({ acceptance }: Workload): 'commits' | 'nothing' | 'lost' {
  if (acceptance.never) return 'nothing';
  return acceptance.stepwise ? 'lost' : 'commits';
}

/**
 * Writes `workloadLines` to `file`, whole or not at all.
 * @throws Error naming the file if it cannot be written
 */
export function writeWorkload(workload: Workload, file: string, alpha?: ArrayLike<number>): void {
  writeAtomic(file, pieces(workloadLines(workload, alpha)));
}

/**
 * The same in constant memory, for long lists: others may run between pieces.
 * @param between is told the rows written so far; what it throws ends the writing, and no file is left behind
 * @throws Error naming the file if it cannot be written
 */
export async function streamWorkload(
  workload: Workload,
  file: string,
  between: (rows: number) => void | Promise<void>,
): Promise<void> {
  await streamAtomic(file, withPauses());

  async function* withPauses(): AsyncGenerator<string> {
    let rows = 0;
    for (const piece of pieces(workloadLines(workload))) {
      yield piece;
      rows = Math.min(workload.count, rows + LINES_AT_ONCE);
      await between(rows);
    }
  }
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
