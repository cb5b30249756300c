/** The rows of a trace in constant memory: decoded, checked, on the clock of the window that was asked for. */
import { type Micros, toSeconds } from '../../time.js';
import { type BadRows, createBadRows } from './bad-rows.js';
import { createRowCheck } from './check.js';
import { createCut } from './cut.js';
import { formatNames, type HeadLine, startReader } from './formats.js';
import { LONGEST_LINE, readLines } from './lines.js';
import { checkOptions } from './options.js';
import type { ReadOptions, TraceFormat } from './reader.js';
import type { TraceRow } from './row.js';

/** What is known of a file, and what reading it came to so far. */
export interface RowReport {
  readonly file: string;
  readonly format: TraceFormat;
  /** Rows have no arrival times. */
  readonly timeless: boolean;
  /** Tokens in a block of prompts whose format shares them by block. */
  readonly blockTokens: number | undefined;
  /** Columns of the file that mean nothing to the format. */
  readonly unusedColumns: readonly string[];
  /** Lines looked at (reading stops at the end of a window, or at a limit). */
  readonly lines: number;
  readonly rows: number;
  /** Rows outside the window, as far as they were looked at. */
  readonly outside: number;
  /** Requests of which the trace says that they failed: nothing was generated. */
  readonly failed: number;
  readonly clipped: { readonly prompts: number; readonly outputs: number };
  readonly bad: BadRows;
  /** From the trace's time 0 to the latest arrival that was looked at. */
  readonly last: Micros;
}

/** Consecutive rows, the numbers of their lines, and the report so far: one object, which goes on counting. */
export interface RowBatch {
  readonly rows: readonly TraceRow[];
  readonly lines: readonly number[];
  readonly report: RowReport;
}

/**
 * Reads `file`, plain or gzip, line by line: formats, windows, limits, cuts and bad rows as in `readTrace`, which collects these
 * rows. Arrivals count from the start of the window; rows of a format without times, and those that follow another one, have
 * none. What needs all rows at once is not checked here: that keys differ, and that who is followed exists.
 * @throws Error naming file, line, column, what was expected and what was found, at the first thing that is wrong; and if there is
 * no row
 */
export async function* readRows(file: string, options: ReadOptions = {}): AsyncGenerator<RowBatch, void, void> {
  checkOptions(options);
  const head: HeadLine[] = [];
  let taker: Taker | undefined;
  const begin = (): Taker => {
    const made = createTaker(file, head, options);
    for (const { text, line } of head) if (!made.ended) made.take(text, line);
    return made;
  };
  for await (const { first, lines } of readLines(file, options.progress)) {
    for (let k = 0; k < lines.length && !taker?.ended; k++) {
      if (taker) taker.take(lines[k], first + k);
      else if (lines[k].trim() !== '' && head.push({ text: lines[k], line: first + k }) === 2) taker = begin();
    }
    if (taker?.some()) yield taker.batch();
    if (taker?.ended) break;
  }
  if (!taker) {
    if (head.length === 0) throw new Error(`${file}: is empty, expected a trace (${formatNames()})`);
    taker = begin();
    if (taker.some()) yield taker.batch();
  }
  taker.close();
}

interface Taker {
  /** Nothing behind can be wanted: it is past the window, or the limit is reached. */
  readonly ended: boolean;
  take(text: string, line: number): void;
  /** Whether rows have come since the last batch. */
  some(): boolean;
  batch(): RowBatch;
  /** @throws Error if the last record is not complete, or nothing was read */
  close(): void;
}

function createTaker(file: string, head: readonly HeadLine[], options: ReadOptions): Taker {
  const { reader, rows: records } = startReader(file, head, options);
  const { limit = Infinity } = options;
  const check = createRowCheck((field) => records.columnOf(field));
  const cut = createCut(options, records.calendar);
  const bad = createBadRows(file, options.skipBadRows ?? false);
  const header = reader.header ? head[0].line : 0;
  let ended = false;
  let record = '';
  let recordLine = 0;
  let lines = 0;
  let kept = 0;
  let outside = 0;
  let failed = 0;
  let rows: TraceRow[] = [];
  let rowLines: number[] = [];
  const report: RowReport = {
    file,
    format: reader.name,
    timeless: records.timeless ?? false,
    blockTokens: records.blockTokens,
    unusedColumns: records.unused,
    clipped: cut.clipped,
    bad,
    get lines() {
      return lines;
    },
    get rows() {
      return kept;
    },
    get outside() {
      return outside;
    },
    get failed() {
      return failed;
    },
    get last() {
      return cut.last;
    },
  };

  return {
    get ended() {
      return ended;
    },
    some: () => rows.length > 0,
    batch() {
      const batch = { rows, lines: rowLines, report };
      rows = [];
      rowLines = [];
      return batch;
    },
    take(text, line) {
      lines = line;
      if (line === header || (record === '' && text.trim() === '')) return;
      if (record === '') recordLine = line;
      const whole = record === '' ? text : `${record}\n${text}`;
      if (records.goesOn?.(whole)) {
        if (whole.length > LONGEST_LINE)
          throw new Error(`${file}, line ${recordLine}: expected a closing quote within 16 MiB, found none`);
        record = whole;
        return;
      }
      record = '';
      try {
        read(whole);
      } catch (error) {
        bad.refuse(error, recordLine);
      }
    },
    close() {
      if (record !== '')
        throw new Error(`${file}, line ${recordLine}: expected a closing quote, found the end of the file`);
      if (kept === 0) throw new Error(`${file}: ${nothing()}`);
    },
  };

  function read(whole: string): void {
    const row = records.read(whole, recordLine);
    if (!row) {
      failed++;
      return;
    }
    check(row, recordLine);
    const place = cut.apply(row);
    ended = place === 'behind' && !records.mayFollow;
    if (ended) return;
    if (place !== 'inside') {
      outside++;
      return;
    }
    rows.push(row);
    rowLines.push(recordLine);
    ended = ++kept >= limit;
  }

  /** Why there is no row. */
  function nothing(): string {
    if (outside > 0 || ended) return `no request in the window, its requests span ${toSeconds(cut.last)} s`;
    if (bad.count > 0) return `all ${bad.count} rows are bad, the first: ${bad.examples[0]}`;
    if (failed > 0) return `all ${failed} requests failed`;
    return 'has a header and no requests';
  }
}
