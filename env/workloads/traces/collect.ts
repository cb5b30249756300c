/** Rows of a trace become a workload: one column each, one kind of acceptance, and who follows whom. */
import { type Acceptance, noAcceptance } from '../acceptance/acceptance.js';
import { constantAcceptance } from '../acceptance/constant.js';
import { replayedAcceptance } from '../acceptance/replayed.js';
import { scriptedAcceptance } from '../acceptance/scripted.js';
import { pickRows } from '../pick.js';
import { atRate, withArrivals } from '../retime.js';
import { createWorkload, type RequestContent, UNDECLARED, type Workload } from '../workload.js';
import type { BadRows } from './bad-rows.js';
import { resolveFollows } from './follow.js';
import type { ReadOptions } from './reader.js';
import { BadRow, type TraceRow } from './row.js';

/** Columns with numbers, and what stands where a row says nothing: `line` and `row` are the row's own numbers. */
const NUMBERS = {
  arrival: 0,
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
  follows: Number.NaN,
  think: 0,
} as const;
type NumberColumn = keyof typeof NUMBERS;
/** A column ends with the last row that says something in it. */
type Columns = { [F in keyof TraceRow]?: TraceRow[F][] };
const EMPTY: readonly number[] = [];

export interface Collector {
  /** Takes the next row. @throws BadRow if its key is another row's */
  add(row: TraceRow, line: number): void;
  /**
   * @param bad is told of rows that follow nobody who comes
   * @returns the workload, and how many rows were left out because whom they follow is outside the window or behind the limit
   */
  finish(name: string, bad: BadRows): { workload: Workload; outside: number };
}

export function createCollector(options: ReadOptions): Collector {
  const { seed = 0, rate = 1 } = options;
  const columnOf = (field: 'key' | 'follows'): string => options.columns?.[field] ?? field;
  const columns: Columns = {};
  const lineOf: number[] = [];
  const words = new Map<string, string>();
  /** Only if the file has keys: else they are the numbers of its lines. */
  let lineOfKey: Map<number, number> | undefined;

  return { add, finish };

  function add(row: TraceRow, line: number): void {
    checkKey(row.key, line);
    for (const field in row) {
      const column = columnFor(field);
      while (column.length < lineOf.length) column.push(undefined);
      const value = row[field as keyof TraceRow];
      column.push(field === 'prompt' || field === 'model' ? shared(value as string) : value);
    }
    lineOf.push(line);
  }

  /** Words that occur again are kept once. */
  function shared(said: string): string {
    const known = words.get(said);
    if (known !== undefined) return known;
    words.set(said, said);
    return said;
  }

  function columnFor(field: string): unknown[] {
    const all = columns as Record<string, unknown[]>;
    const column = all[field] ?? [];
    all[field] = column;
    return column;
  }

  function checkKey(given: number | undefined, line: number): void {
    if (given !== undefined) lineOfKey ??= new Map(lineOf.map((other) => [other, other]));
    if (!lineOfKey) return;
    const key = given ?? line;
    const other = lineOfKey.get(key);
    if (other !== undefined) throw new BadRow(columnOf('key'), 'a key of its own', `${key}, which line ${other} has`);
    lineOfKey.set(key, line);
  }

  function finish(name: string, bad: BadRows): { workload: Workload; outside: number } {
    const key = numbers('key');
    const links = columns.follows && resolveFollows(key, numbers('follows'));
    const outside = links ? refuse(links.lost, bad) : 0;
    let sorted: Int32Array = new Int32Array(0);
    const whole = createWorkload({
      name,
      arrival: numbers('arrival'),
      promptTokens: numbers('promptTokens'),
      outputTokens: numbers('outputTokens'),
      key,
      ...ifSaid('declared'),
      ...ifSaid('priority'),
      ...ifSaid('tenant'),
      ...ifSaid('slo'),
      ...ifSaid('deadline'),
      ...ifSaid('abortAt'),
      ...ifSaid('tie'),
      ...ifSaid('think'),
      ...(links && { follows: links.rows }),
      acceptance(order) {
        sorted = order;
        return luckOf(order, key);
      },
      ...(columns.id && { ids: lineOf.map((_, row) => columns.id?.[row] ?? '') }),
      ...(columns.segments && { content: contents(key) }),
      ...(columns.prompt && { prompts: columns.prompt }),
      ...(columns.model && { models: columns.model }),
    });
    const workload = links?.lost.length ? without(whole, new Set(links.lost), sorted) : whole;
    const timed = options.arrivals ? withArrivals(workload, options.arrivals, seed) : workload;
    return { workload: atRate(timed, rate), outside };
  }

  /** A column in full. */
  function numbers(name: NumberColumn): number[] {
    const column = columns[name] ?? [];
    const missing = NUMBERS[name];
    return lineOf.map((line, row) => column[row] ?? (missing === 'line' ? line : missing === 'row' ? row : missing));
  }

  function ifSaid(name: NumberColumn): { [C in NumberColumn]?: number[] } {
    return columns[name] ? { [name]: numbers(name) } : {};
  }

  /** Prompts that say nothing share nothing with others. */
  function contents(key: readonly number[]): RequestContent[] {
    const { segments = [], answer = [], promptTokens = [] } = columns;
    return key.map((own, row) => ({
      segments: segments[row] ?? [[`prompt of ${own}`, promptTokens[row] ?? 0]],
      answer: answer[row] ?? `answer of ${own}`,
    }));
  }

  /** Rows that would never come: outside what was asked for, else bad. @returns how many are outside */
  function refuse(lost: readonly number[], bad: BadRows): number {
    if (options.window || options.limit !== undefined) return lost.length;
    for (const row of lost) {
      const found = `${columns.follows?.[row]}`;
      bad.refuse(new BadRow(columnOf('follows'), 'the key of a request that comes', found), lineOf[row]);
    }
    return 0;
  }

  /** Acceptance by row of the sorted workload. */
  function luckOf(order: Int32Array, key: readonly number[]): Acceptance {
    const { commits, accepted = [], drafts = [], alpha } = columns;
    if (commits) {
      const proposing = options.draft === 'ngram' ? 'while-copying' : 'always';
      return replayedAcceptance((row) => commits[order[row]] ?? EMPTY, proposing);
    }
    if (accepted.length + drafts.length > 0) {
      return scriptedAcceptance((row) => ({
        accepted: accepted[order[row]] ?? EMPTY,
        drafts: drafts[order[row]] ?? EMPTY,
      }));
    }
    if (!alpha) return noAcceptance;
    const sorted = (column: readonly number[]): Float64Array => Float64Array.from(order, (row) => column[row]);
    return constantAcceptance(sorted(numbers('alpha')), sorted(key), seed);
  }
}

/** @param order the file's row of each row of the workload */
function without(workload: Workload, lost: ReadonlySet<number>, order: Int32Array): Workload {
  const rows = Int32Array.from(order.keys()).filter((row) => !lost.has(order[row]));
  return pickRows(workload, rows);
}
