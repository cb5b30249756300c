/** What a format of trace must say about itself, and what can be asked of reading one. */
import type { Seed } from '../../random.js';
import type { ArrivalProcess } from '../arrivals.js';
import type { ColumnNames, Field } from './fields.js';
import type { TimeUnit } from './kinds.js';
import type { Progress } from './lines.js';
import type { TraceRow } from './row.js';

export type TraceFormat =
  | 'azure-2023'
  | 'azure-2024'
  | 'burstgpt'
  | 'mooncake'
  | 'vidur'
  | 'splitwise'
  | 'agentic-sessions'
  | 'llmservingsim'
  | 'specdecode-bench'
  | 'jsonl'
  | 'csv';

export interface ReadOptions {
  /** [what the first two lines look like] */
  readonly format?: TraceFormat;
  /** Columns of other people's CSV and JSONL files by field; fields that are not named keep our names, see `fields.ts`. */
  readonly columns?: ColumnNames;
  /** Unit of the time columns of CSV and JSONL. [by the end of the name: _us, _ms, _ns, else s] */
  readonly unit?: TimeUnit;
  /** Multiplies the rate of arrivals. [1] */
  readonly rate?: number;
  /** Keeps what arrives in this part of the trace, in seconds from its start; its beginning becomes time 0. [all] */
  readonly window?: { readonly from?: number; readonly to?: number };
  /** Cuts prompts and outputs to so many tokens. [no cut] */
  readonly clip?: { readonly prompt?: number; readonly output?: number };
  /** Stops after so many requests, in the order of the file. [all] */
  readonly limit?: number;
  /** Leaves bad rows out and counts them, instead of failing at the first. [false] */
  readonly skipBadRows?: boolean;
  /** Which recorded proposer of `specdecode-bench` is replayed; its list gives the output length too. [eagle] */
  readonly draft?: 'eagle' | 'ngram';
  /** Arrivals of files that have none, or instead of those in the file, e.g. `poissonArrivals(2)`. */
  readonly arrivals?: ArrivalProcess;
  /** Seed of these arrivals and of the luck of `alpha`. [0] */
  readonly seed?: Seed;
  readonly progress?: Progress;
}

/** A format of trace. To add one: a file with one of these, its name above, and a line in the list of `formats.ts`. */
export interface TraceReader {
  readonly name: TraceFormat;
  readonly summary: string;
  /** The first line names the columns. */
  readonly header: boolean;
  /** Whether a file whose first lines (blank ones left out, at most two) are these is of this format. */
  detect(head: readonly string[]): boolean;
  /**
   * Begins a file.
   * @param first its first line that is not blank
   * @throws BadRow if the header is not one of this format
   */
  start(first: string, options: ReadOptions): RowReader;
}

/** Reads the records of one file. */
export interface RowReader {
  /** Times are dates; the first one is then time 0. Others are kept as they are. */
  readonly calendar: boolean;
  /** The file has no arrival times. */
  readonly timeless?: boolean;
  /** Rows may follow others, also behind the end of a window. */
  readonly mayFollow?: boolean;
  /** Tokens in a block, where prompts are lists of blocks. */
  readonly blockTokens?: number;
  /** Columns of the file that are not used. */
  readonly unused: readonly string[];
  /** The file's name for a field of the record read last. */
  columnOf(field: Field): string;
  /** Whether the record goes on in the next line. */
  goesOn?(text: string): boolean;
  /**
   * @param line the record's first line
   * @returns a row that is the caller's to change; undefined for a request that failed
   * @throws BadRow
   */
  read(record: string, line: number): TraceRow | undefined;
}
