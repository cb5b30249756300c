/** Rows of a trace become a workload: its clock, window and cuts, and one kind of acceptance. */
import { fromSeconds } from '../../time.js';
import type { Acceptance } from '../acceptance/acceptance.js';
import { constantAcceptance } from '../acceptance/constant.js';
import { replayedAcceptance } from '../acceptance/replayed.js';
import { scriptedAcceptance } from '../acceptance/scripted.js';
import { atRate, withArrivals } from '../retime.js';
import { createWorkload, type RequestContent, UNDECLARED, type Workload } from '../workload.js';
import { createRowCheck } from './check.js';
import type { ReadOptions, RowReader } from './reader.js';
import type { TraceRow } from './row.js';

/** Columns with numbers, and what stands where a row says nothing; `line` and `row` are the row's own numbers. */
const NUMBERS = {
  promptTokens: 1,
  outputTokens: 1,
  declared: UNDECLARED,
  key: 'line',
  priority: 0,
  tenant: 0,
  slo: 0,
  deadline: Number.POSITIVE_INFINITY,
  abortAt: Number.POSITIVE_INFINITY,
  tie: 'row',
  alpha: 0,
} as const;
type NumberColumn = keyof typeof NUMBERS;
const NUMBER_COLUMNS = Object.keys(NUMBERS) as NumberColumn[];
const EMPTY: readonly number[] = [];

export interface Collector {
  /** Takes the next row. Returns false if nothing behind it can be wanted: it is past the window, or the limit is reached. */
  add(row: TraceRow, line: number): boolean;
  readonly tally: {
    kept: number;
    outside: number;
    cutPrompts: number;
    cutOutputs: number;
    /** µs from the trace's time 0 to the last row that was looked at. */
    last: number;
  };
  finish(name: string): Workload;
}

/** @param rows whose rows these are: it knows their clock (`calendar`: the first arrival is time 0) and the names of columns */
export function createCollector(
  options: ReadOptions,
  { calendar, columnOf }: Pick<RowReader, 'calendar' | 'columnOf'>,
): Collector {
  const { window = {}, clip = {}, limit = Infinity, seed = 0 } = options;
  const start = fromSeconds(window.from ?? 0);
  const end = fromSeconds(window.to ?? Infinity);
  const check = createRowCheck(columnOf);
  const arrival: number[] = [];
  const columns = new Map<NumberColumn, number[]>();
  const ids: string[] = [];
  const lists: { commits: Uint8Array[]; accepted: (readonly number[])[]; drafts: (readonly number[])[] } = {
    commits: [],
    accepted: [],
    drafts: [],
  };
  const content: RequestContent[] = [];
  let origin: number | undefined;
  const tally = { kept: 0, outside: 0, cutPrompts: 0, cutOutputs: 0, last: 0 };

  return { add, tally, finish };

  function add(row: TraceRow, line: number): boolean {
    const time = row.arrival ?? 0;
    check(row, line);
    origin ??= calendar ? time : 0;
    tally.last = time - origin;
    if (row.arrival !== undefined) {
      if (tally.last >= end) return false;
      if (tally.last < start) {
        tally.outside++;
        return true;
      }
    }
    const zero = origin + start;
    arrival.push(time - zero);
    for (const name of NUMBER_COLUMNS) push(name, valueIn(row, name, zero), line);
    if (row.id !== undefined) ids[tally.kept] = row.id;
    if (row.commits) lists.commits[tally.kept] = row.commits;
    if (row.accepted) lists.accepted[tally.kept] = row.accepted;
    if (row.drafts) lists.drafts[tally.kept] = row.drafts;
    const prompt = contentOf(row, clip.prompt, line);
    if (prompt) content[tally.kept] = prompt;
    return ++tally.kept < limit;
  }

  /** What the row says in a column: times on the workload's clock, lengths cut to the longest ones asked for. */
  function valueIn(row: TraceRow, name: NumberColumn, zero: number): number | undefined {
    const value = row[name];
    if (value === undefined) return undefined;
    if (name === 'deadline' || name === 'abortAt') return value - zero;
    if (name === 'promptTokens' && clip.prompt !== undefined && value > clip.prompt) {
      tally.cutPrompts++;
      return clip.prompt;
    }
    if (name === 'outputTokens' && clip.output !== undefined && value > clip.output) {
      tally.cutOutputs++;
      return clip.output;
    }
    return value;
  }

  /** A column begins when a row has it: what came before is filled up. */
  function push(name: NumberColumn, value: number | undefined, line: number): void {
    let column = columns.get(name);
    const missing = NUMBERS[name];
    if (!column) {
      if (value === undefined && missing !== 'line') return;
      column = [];
      for (let k = 0; k < tally.kept; k++) column.push(missing === 'row' ? k : (missing as number));
      columns.set(name, column);
    }
    column.push(value ?? (missing === 'line' ? line : missing === 'row' ? tally.kept : missing));
  }

  function finish(name: string): Workload {
    const { alpha, ...given } = Object.fromEntries(columns) as { [C in NumberColumn]?: number[] };
    const plain = createWorkload({
      name,
      arrival,
      ...given,
      promptTokens: given.promptTokens ?? [],
      outputTokens: given.outputTokens ?? [],
      ...(ids.length > 0 && { ids }),
      ...(content.length > 0 && { content: arrival.map((_, k) => content[k] ?? own(given, k)) }),
    });
    const acceptance = luckOf(plain, alpha);
    const workload = acceptance ? { ...plain, acceptance } : plain;
    return atRate(options.arrivals ? withArrivals(workload, options.arrivals, seed) : workload, options.rate ?? 1);
  }

  function luckOf(workload: Workload, alpha: number[] | undefined): Acceptance | undefined {
    const { commits, accepted, drafts } = lists;
    if (commits.length > 0) return replayedAcceptance((row) => commits[row] ?? EMPTY);
    if (alpha) return constantAcceptance(alpha, workload.key, seed);
    if (accepted.length + drafts.length === 0) return undefined;
    return scriptedAcceptance((row) => ({ accepted: accepted[row] ?? EMPTY, drafts: drafts[row] ?? EMPTY }));
  }
}

/** The prompt as segments, cut like the prompt. */
function contentOf({ segments, answer }: TraceRow, longest = Infinity, line: number): RequestContent | undefined {
  if (!segments) return undefined;
  let left = longest;
  const kept = segments.map(([name, tokens]) => {
    const n = Math.min(left, tokens);
    left -= n;
    return [name, n] as const;
  });
  return { segments: kept, answer: answer ?? `answer of line ${line}` };
}

/** A prompt that shares nothing with others. */
function own({ key, promptTokens }: { key?: number[]; promptTokens?: number[] }, k: number): RequestContent {
  return { segments: [[`prompt of ${key?.[k]}`, promptTokens?.[k] ?? 0]], answer: `answer of ${key?.[k]}` };
}
