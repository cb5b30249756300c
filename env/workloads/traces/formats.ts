/** The formats of traces, and which one a file has. */
import { agenticSessions } from './agentic-sessions.js';
import { azure2023, azure2024 } from './azure.js';
import { burstgpt } from './burstgpt.js';
import { csv } from './csv.js';
import { jsonl } from './jsonl.js';
import { llmservingsim } from './llmservingsim.js';
import { mooncake } from './mooncake.js';
import type { ReadOptions, RowReader, TraceReader } from './reader.js';
import { BadRow, shown } from './row.js';
import { specdecodeBench } from './specdecode-bench.js';
import { splitwise } from './splitwise.js';
import { vidur } from './vidur.js';

/** The formats, the particular ones first: the first that knows a file reads it. */
export const traceReaders: readonly TraceReader[] = [
  azure2023,
  azure2024,
  burstgpt,
  mooncake,
  vidur,
  splitwise,
  agenticSessions,
  llmservingsim,
  specdecodeBench,
  jsonl,
  csv,
];

export const formatNames = (): string => traceReaders.map(({ name }) => name).join(', ');

/** A line of a file that is not blank. */
export interface HeadLine {
  readonly text: string;
  readonly line: number;
}

/**
 * Begins a file by its first lines.
 * @throws Error naming file and line if no format knows them, or the forced one does not
 */
export function startReader(
  file: string,
  head: readonly HeadLine[],
  options: ReadOptions,
): { reader: TraceReader; rows: RowReader } {
  const [{ text, line }] = head;
  const texts = head.map((h) => h.text);
  const reader = traceReaders.find((r) => (options.format ? r.name === options.format : r.detect(texts)));
  try {
    if (!reader) throw new BadRow(undefined, `the first line of a trace (${formatNames()})`, shown(text));
    return { reader, rows: reader.start(text, options) };
  } catch (error) {
    throw error instanceof BadRow ? new Error(error.at(file, line)) : error;
  }
}
