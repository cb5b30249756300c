/** How a command reads a trace: settings as names and numbers in, what the reader takes out. */
import { z } from 'zod';
import type { ReadOptions, TraceFormat } from '../env/workloads/traces/reader.js';
import { mapping } from './cli/options.js';
import { columnNames } from './columns.js';

/** What time columns may count in. */
export const timeUnits = ['s', 'ms', 'us', 'ns', 'iso'] as const;

export const traceShape = {
  format: z.string().min(1).optional().describe('<name> format of the trace [detected]'),
  columns: mapping()
    .optional()
    .describe('<ours=theirs,…> columns of a JSONL or CSV trace, e.g. promptTokens=input_length'),
  unit: z
    .enum(timeUnits)
    .optional()
    .describe('<unit> of its time columns: s, ms, us, ns, iso [by the end of the name: _us, _ms, _ns, else s]'),
  window: z
    .string()
    .min(1)
    .optional()
    .describe('<from:to> only this part of the trace, in seconds, e.g. 600:1200 or 600:'),
  limit: z.int().min(1).optional().describe('<n> only so many requests of the trace'),
  skipBadRows: z.boolean().default(false).describe('skip bad rows of the trace and count them'),
  draft: z
    .enum(['none', 'eagle', 'ngram'])
    .optional()
    .describe('<proposer> whose recorded acceptance is read (SpecDecode-Bench): eagle, ngram [eagle]'),
};

type TraceSettings = z.output<z.ZodObject<typeof traceShape>>;

/** @throws Error naming the setting that is not allowed */
export function readOptionsOf({
  format,
  columns,
  unit,
  window,
  limit,
  skipBadRows,
  draft,
}: TraceSettings): ReadOptions {
  return {
    skipBadRows,
    ...(format !== undefined && { format: format as TraceFormat }),
    ...(columns !== undefined && { columns: columnNames(columns) }),
    ...(unit !== undefined && { unit }),
    ...(window !== undefined && { window: windowOf(window) }),
    ...(limit !== undefined && { limit }),
    ...(draft !== undefined && draft !== 'none' && { draft }),
  };
}

const SECONDS = String.raw`\d+(?:\.\d*)?|\.\d+`;
const WINDOW = new RegExp(`^(${SECONDS})?:(${SECONDS})?$`);

/** @throws Error if it is not from:to in seconds */
export function windowOf(text: string): NonNullable<ReadOptions['window']> {
  const [found, from, to] = WINDOW.exec(text.trim()) ?? [];
  if (found === undefined)
    throw new Error(`window is ${JSON.stringify(text)}, expected from:to in seconds, e.g. 600:1200`);
  return { ...(from !== undefined && { from: Number(from) }), ...(to !== undefined && { to: Number(to) }) };
}
