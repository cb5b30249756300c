/** Reads a trace of requests from a file into a workload. */
import { basename } from 'node:path';
import { toSeconds } from '../../time.js';
import type { Workload } from '../workload.js';
import { azure2023, azure2024 } from './azure.js';
import { type Collector, createCollector } from './collect.js';
import { csv } from './csv.js';
import { jsonl } from './jsonl.js';
import { LONGEST_LINE, readLines } from './lines.js';
import type { ReadOptions, RowReader, TraceFormat, TraceReader } from './reader.js';
import { BadRow, shown } from './row.js';
import { specdecodeBench } from './specdecode-bench.js';

export type { ReadOptions, TraceFormat } from './reader.js';

/** The formats, the particular ones first: the first that knows a file reads it. */
export const traceReaders: readonly TraceReader[] = [azure2023, azure2024, specdecodeBench, jsonl, csv];

/** What reading a file came to. */
export interface ReadReport {
  readonly file: string;
  readonly format: TraceFormat;
  /** Lines looked at (reading stops at the end of a window, or at a limit). */
  readonly lines: number;
  readonly requests: number;
  /** Rows outside the window. */
  readonly outside: number;
  /** Prompts and outputs that were cut. */
  readonly clipped: { readonly prompts: number; readonly outputs: number };
  /** Bad rows left out, and the first few of them as they would have been reported. */
  readonly skipped: { readonly count: number; readonly examples: readonly string[] };
  /** Columns of the file that mean nothing to the format. */
  readonly unusedColumns: readonly string[];
  /** From the first to the last arrival of the workload, in seconds. */
  readonly span: number;
}

const EXAMPLES = 3;

/**
 * Reads `file`, plain or gzip, line by line. The first date of a calendar format is time 0; numbers are kept as they are. A
 * request's key is the number of its line unless the file has keys, so that windows, limits and skipped rows do not change
 * anybody's luck. Where the file declares no maximum, none is declared: the model length decides, never the true length.
 * @throws Error naming file, line, column, what was expected and what was found, at the first thing that is wrong
 */
export async function readTrace(
  file: string,
  options: ReadOptions = {},
): Promise<{ workload: Workload; report: ReadReport }> {
  checkOptions(options);
  const skipped = { count: 0, examples: [] as string[] };
  const head: { text: string; line: number }[] = [];
  let started: Started | undefined;
  let record = '';
  let recordLine = 0;
  let line = 0;
  let wanted = true;

  reading: for await (const { first, lines } of readLines(file, options.progress)) {
    line = first - 1;
    for (const text of lines) {
      line++;
      if (text.trim() === '' && record === '') continue;
      if (started) {
        if (!take(started, text, line)) break reading;
      } else if (head.push({ text, line }) === 2 && !begin()) break reading;
    }
  }
  if (!started && head.length > 0) begin();
  if (!started) throw new Error(`${file}: is empty, expected a trace (${formats()})`);
  if (record !== '')
    throw new Error(`${file}, line ${recordLine}: expected a closing quote, found the end of the file`);
  const { reader, rows, collector } = started;
  const { tally } = collector;
  if (tally.kept === 0) throw new Error(`${file}: ${nothing(collector)}`);
  const workload = collector.finish(basename(file));
  return {
    workload,
    report: {
      file,
      format: reader.name,
      lines: line,
      requests: workload.count,
      outside: tally.outside,
      clipped: { prompts: tally.cutPrompts, outputs: tally.cutOutputs },
      skipped,
      unusedColumns: rows.unused,
      span: toSeconds(workload.arrival[workload.count - 1] - workload.arrival[0]),
    },
  };

  /** Chooses the reader by the first lines, and reads these. Returns whether more is wanted. */
  function begin(): boolean {
    started = start(file, head, options);
    const [{ line: firstLine }] = head;
    for (const { text, line: at } of head) {
      if (started.reader.header && at === firstLine) continue;
      if (wanted) take(started, text, at);
    }
    return wanted;
  }

  /** Takes one line. Returns whether more is wanted. */
  function take({ rows, collector }: Started, text: string, at: number): boolean {
    if (record === '') recordLine = at;
    const whole = record === '' ? text : `${record}\n${text}`;
    if (rows.goesOn?.(whole)) {
      if (whole.length > LONGEST_LINE)
        throw new Error(`${file}, line ${recordLine}: expected a closing quote within 16 MiB, found none`);
      record = whole;
      return true;
    }
    record = '';
    try {
      wanted = collector.add(rows.read(whole), recordLine);
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      const sentence = error.at(file, recordLine);
      if (!options.skipBadRows) throw new Error(sentence);
      skipped.count++;
      if (skipped.examples.length < EXAMPLES) skipped.examples.push(sentence);
    }
    return wanted;
  }

  /** Why there is no request. */
  function nothing({ tally }: Collector): string {
    if (tally.outside > 0 || !wanted) return `no request in the window, its requests span ${toSeconds(tally.last)} s`;
    if (skipped.count > 0) return `all ${skipped.count} rows are bad, the first: ${skipped.examples[0]}`;
    return 'has a header and no requests';
  }
}

interface Started {
  readonly reader: TraceReader;
  readonly rows: RowReader;
  readonly collector: Collector;
}

function start(file: string, head: readonly { text: string; line: number }[], options: ReadOptions): Started {
  const [{ text, line }] = head;
  const texts = head.map((h) => h.text);
  const reader = traceReaders.find((r) => (options.format ? r.name === options.format : r.detect(texts)));
  if (!reader)
    throw new Error(new BadRow(undefined, `the first line of a trace (${formats()})`, shown(text)).at(file, line));
  if (reader.timeless && !options.arrivals) {
    throw new Error(
      `${file}: ${reader.name} has no arrival times; say when requests arrive (option arrivals: a Poisson rate, at once, …)`,
    );
  }
  try {
    const rows = reader.start(text, options);
    return { reader, rows, collector: createCollector(options, rows) };
  } catch (error) {
    throw error instanceof BadRow ? new Error(error.at(file, line)) : error;
  }
}

const formats = (): string => traceReaders.map(({ name }) => name).join(', ');

/** @throws RangeError naming the option */
function checkOptions({ format, rate, window, clip, limit, draft, unit }: ReadOptions): void {
  const check = (name: string, value: unknown, allowed: boolean, expected: string): void => {
    if (value !== undefined && !allowed)
      throw new RangeError(`option ${name} is ${String(value)}, expected ${expected}`);
  };
  const whole = (n: number | undefined): boolean => Number.isInteger(n) && (n as number) >= 1;
  check(
    'format',
    format,
    traceReaders.some(({ name }) => name === format),
    formats(),
  );
  check('unit', unit, ['s', 'ms', 'us', 'iso'].includes(unit as string), 's, ms, us, iso');
  check('draft', draft, draft === 'eagle' || draft === 'ngram', 'eagle, ngram');
  check('rate', rate, (rate as number) > 0 && (rate as number) < Infinity, 'a number > 0');
  check('limit', limit, whole(limit), 'a whole number ≥ 1');
  check('clip.prompt', clip?.prompt, whole(clip?.prompt), 'a whole number ≥ 1');
  check('clip.output', clip?.output, whole(clip?.output), 'a whole number ≥ 1');
  check('window.from', window?.from, (window?.from as number) >= 0, 'seconds ≥ 0');
  check('window.to', window?.to, (window?.to as number) > (window?.from ?? 0), 'seconds > window.from');
}
