/** What a record of each format says, read in the plainest way. */
import type { TraceFormat } from '../../../../env/workloads/traces/reader.js';
import { Refused, slowCells, slowDate, slowNumber } from './slow-text.js';

export interface SlowRow {
  readonly line: number;
  readonly arrival?: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly declared?: number;
  readonly tenant?: number;
  readonly id?: string;
  readonly follows?: number | undefined;
  readonly think?: number;
  readonly commits?: readonly number[];
  /** Names of the blocks of the prompt, and whether tokens of its own follow them. */
  readonly blocks?: readonly string[];
  readonly rest?: boolean;
}

/** Throws Refused, or gives the row; null for a request that failed. */
export type SlowRecord = (text: string, line: number) => SlowRow | null;

const LONGEST = 2 ** 31 - 1;

export function need(allowed: boolean, line: number): void {
  if (!allowed) throw new Refused(line);
}

export function integer(value: unknown, min: number, max: number, line: number): number {
  const n = slowNumber(value);
  need(Number.isInteger(n) && n >= min && n <= max, line);
  return n;
}

export const length = (value: unknown, line: number): number => integer(value, 1, LONGEST, line);

export function micros(value: unknown, perUnit: number, line: number): number {
  const n = Math.round(perUnit < 1 ? slowNumber(value) / (1 / perUnit) : slowNumber(value) * perUnit);
  need(n >= 0 && n <= Number.MAX_SAFE_INTEGER, line);
  return n;
}

interface Layout {
  readonly arrival?: readonly [string, number | 'date'];
  readonly prompt: string;
  readonly output: string;
  readonly declared?: string;
  readonly tenant?: string;
  readonly id?: string;
  readonly failing?: boolean;
  readonly fixed?: Readonly<Record<string, number>>;
}

const AZURE: Layout = { arrival: ['TIMESTAMP', 'date'], prompt: 'ContextTokens', output: 'GeneratedTokens' };
const LAYOUTS: { readonly [F in TraceFormat]?: Layout } = {
  'azure-2023': AZURE,
  'azure-2024': AZURE,
  burstgpt: { arrival: ['Timestamp', 1e6], prompt: 'Request tokens', output: 'Response tokens', failing: true },
  vidur: { arrival: ['arrived_at', 1e6], prompt: 'num_prefill_tokens', output: 'num_decode_tokens' },
  splitwise: {
    arrival: ['arrival_timestamp', 1e6],
    prompt: 'prompt_size',
    output: 'token_size',
    tenant: 'application_id',
    id: 'request_id',
    fixed: { request_type: 2, batch_size: 1 },
  },
  llmservingsim: { arrival: ['arrival_time_ns', 1e-3], prompt: 'input_toks', output: 'output_toks' },
  csv: { arrival: ['arrival_us', 1], prompt: 'prompt_tokens', output: 'output_tokens', declared: 'max_tokens' },
};

/** Reads by a header; undefined if the format is no such list. */
export function slowTable(format: TraceFormat, header: string, line: number): SlowRecord | undefined {
  const layout = LAYOUTS[format];
  if (!layout) return undefined;
  if (layout === AZURE) need(header.trim() === 'TIMESTAMP,ContextTokens,GeneratedTokens', line);
  const names = (slowCells(header) ?? []).map((name) => name.trim());
  const timed = format !== 'vidur' || names.includes('arrived_at');
  const optional = format === 'csv' ? ['declared'] : [];
  for (const key of ['prompt', 'output', 'declared', 'tenant', 'id'] as const) {
    const name = layout[key];
    need(name === undefined || optional.includes(key) || names.includes(name), line);
  }
  if (layout.arrival && timed) need(names.includes(layout.arrival[0]), line);
  return (text, at) => {
    const cells = slowCells(text);
    if (cells?.length !== names.length) throw new Refused(at);
    const cell = (name: string | undefined): string =>
      name !== undefined && names.includes(name) ? cells[names.indexOf(name)] : '';
    if (layout.failing && slowNumber(cell(layout.output)) === 0) return null;
    for (const [name, value] of Object.entries(layout.fixed ?? {})) {
      need(!names.includes(name) || slowNumber(cell(name)) === value, at);
    }
    return {
      line: at,
      ...(timed && layout.arrival && { arrival: time(cell(layout.arrival[0]), layout.arrival[1], at) }),
      promptTokens: length(cell(layout.prompt), at),
      outputTokens: length(cell(layout.output), at),
      ...(cell(layout.declared) && { declared: length(cell(layout.declared), at) }),
      ...(cell(layout.tenant) && { tenant: integer(cell(layout.tenant), -(2 ** 31), LONGEST, at) }),
      ...(layout.id && { id: cell(layout.id) }),
    };
  };
}

function time(cell: string, unit: number | 'date', line: number): number {
  if (unit !== 'date') return micros(cell, unit, line);
  const date = slowDate(cell);
  need(date >= 0 && date <= Number.MAX_SAFE_INTEGER, line);
  return date;
}

/** One JSON object a line. */
export function slowJson(format: TraceFormat): SlowRecord | undefined {
  const read = JSON_ROWS[format];
  return (
    read &&
    ((text, line) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        throw new Refused(line);
      }
      need(typeof value === 'object' && value !== null && !Array.isArray(value), line);
      return read(value as Record<string, unknown>, line);
    })
  );
}

const isId = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

const JSON_ROWS: { readonly [F in TraceFormat]?: (object: Record<string, unknown>, line: number) => SlowRow } = {
  jsonl: ({ arrival_ms, prompt_tokens, output_tokens, max_tokens }, line) => ({
    line,
    arrival: micros(arrival_ms, 1e3, line),
    promptTokens: length(prompt_tokens, line),
    outputTokens: length(output_tokens, line),
    ...(max_tokens != null && max_tokens !== '' && { declared: length(max_tokens, line) }),
  }),
  mooncake({ timestamp, input_length, output_length, hash_ids }, line) {
    const promptTokens = length(input_length, line);
    const ids: unknown[] = Array.isArray(hash_ids) ? hash_ids : [];
    need(512 * ids.length >= promptTokens && 512 * (ids.length - 1) < promptTokens, line);
    need(ids.every(Number.isSafeInteger), line);
    return {
      line,
      arrival: micros(timestamp, 1e3, line),
      promptTokens,
      outputTokens: length(output_length, line),
      blocks: ids.map(String),
    };
  },
  'specdecode-bench'({ id, prompt_token_ids, acc_eagle }, line) {
    need(id == null || isId(id), line);
    need(Array.isArray(prompt_token_ids) && prompt_token_ids.length > 0, line);
    const commits = (acc_eagle as { acc_len?: unknown } | null | undefined)?.acc_len;
    need(Array.isArray(commits) && commits.length > 0, line);
    for (const n of commits as unknown[])
      need(typeof n === 'number' && Number.isInteger(n) && n >= 1 && n <= 255, line);
    return {
      line,
      id: id == null ? '' : String(id),
      promptTokens: (prompt_token_ids as unknown[]).length,
      outputTokens: (commits as number[]).length,
      commits: commits as number[],
    };
  },
};
