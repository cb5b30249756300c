/**
 * Files of operator profiles: CSV with a header, plain or gzip. Times are µs of one call.
 *
 * Our own format is one file, one measured point a row; cells that do not belong to a kind of row stay empty:
 *
 *     operator             name; rows of one name belong together
 *     calls                how often an iteration calls it (32 layers: 32), the same in all rows of a name
 *     tokens               dense operators: tokens in the batch …
 *     sequences            … or output head and sampler: rows sampled …
 *     prefill_tokens, prefill_context, decodes, decode_context     … or attention: a chunk, the tokens computed before it,
 *                          decoding sequences and the context of each; 0 = none of them
 *     time_us
 *
 * LLMServingSim's profiler writes a folder of three: dense.csv (layer, tokens, time_us), per_sequence.csv (layer, sequences,
 * time_us) and attention.csv (prefill_chunk, kv_prefill, n_decode, kv_decode, time_us; newer ones have prefill_key, the
 * context and half the chunk). They are times of one layer: the number of layers is told beside them.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { AttentionPoint, Operator, OperatorProfile } from './profile.js';

/** @throws Error with file, line and column of the first thing that is not as the format says */
export function readProfile(file: string): OperatorProfile {
  const table = openTable(file, ['operator', 'calls', 'time_us']);
  const kinds = {
    byTokens: gather(),
    bySequences: gather(),
    attention: new Map<string, { calls: number; points: AttentionPoint[] }>(),
  };
  const callsOf = new Map<string, number>();
  for (const row of table.rows) {
    const name = row.text('operator');
    const calls = row.number('calls', 1);
    if ((callsOf.get(name) ?? calls) !== calls)
      throw row.wrong('calls', `${callsOf.get(name)}, as in the rows of ${name} before`);
    callsOf.set(name, calls);
    const time = row.number('time_us');
    const given = ['tokens', 'sequences', 'prefill_tokens'].filter((column) => row.has(column));
    if (given.length !== 1) throw row.wrong(undefined, 'one of tokens, sequences and prefill_tokens');
    if (row.has('tokens')) kinds.byTokens.add(name, calls, row.number('tokens', 1), time);
    else if (row.has('sequences')) kinds.bySequences.add(name, calls, row.number('sequences', 1), time);
    else {
      const entry = kinds.attention.get(name) ?? { calls, points: [] };
      kinds.attention.set(name, entry);
      entry.points.push([
        row.number('prefill_tokens'),
        row.number('prefill_context'),
        row.number('decodes'),
        row.number('decode_context'),
        time,
      ]);
    }
  }
  const [[, attention] = [undefined, undefined], ...more] = [...kinds.attention];
  if (!attention) throw new Error(`${file}: no attention (rows with prefill_tokens)`);
  if (more.length)
    throw new Error(`${file}: attention of two names (${[...kinds.attention.keys()].join(', ')}), expected one`);
  return {
    name: basename(file).replace(/\.csv(\.gz)?$/, ''),
    byTokens: kinds.byTokens.operators(),
    bySequences: kinds.bySequences.operators(),
    attention,
  };
}

/** Files in the layout of LLMServingSim's profiler, and what they leave out. */
export interface LayerFiles {
  readonly name: string;
  readonly dense: string;
  readonly perSequence: string;
  readonly attention: string;
  readonly layers: number;
  /** Calls in an iteration where they are not one a layer [embedding and final_layernorm 1, layernorm 2 a layer]. */
  readonly calls?: Readonly<Record<string, number>>;
}

/** @throws Error with file, line and column of the first thing that is not as the format says */
export function readLayerProfile({
  name,
  dense,
  perSequence,
  attention,
  layers,
  calls = {},
}: LayerFiles): OperatorProfile {
  const once: Record<string, number> = { embedding: 1, final_layernorm: 1, layernorm: 2 * layers };
  const byTokens = gather();
  for (const row of openTable(dense, ['layer', 'tokens', 'time_us']).rows) {
    const layer = row.text('layer');
    byTokens.add(layer, calls[layer] ?? once[layer] ?? layers, row.number('tokens', 1), row.number('time_us'));
  }
  const bySequences = gather();
  for (const row of openTable(perSequence, ['layer', 'sequences', 'time_us']).rows) {
    const layer = row.text('layer');
    bySequences.add(layer, calls[layer] ?? 1, row.number('sequences', 1), row.number('time_us'));
  }
  const table = openTable(attention, ['prefill_chunk', 'n_decode', 'kv_decode', 'time_us']);
  const byKey = !table.columns.includes('kv_prefill');
  if (byKey && !table.columns.includes('prefill_key'))
    throw new Error(`${attention}, line 1: expected a column kv_prefill or prefill_key`);
  const points = [...table.rows].map((row): AttentionPoint => {
    if (row.has('decode_q_len') && row.number('decode_q_len') !== 1)
      throw row.wrong('decode_q_len', '1 (attention of longer verifications is not looked up)');
    const chunk = row.number('prefill_chunk');
    const context = byKey ? row.number('prefill_key') - chunk / 2 : row.number('kv_prefill');
    return [chunk, context, row.number('n_decode'), row.number('kv_decode'), row.number('time_us')];
  });
  return {
    name,
    byTokens: byTokens.operators(),
    bySequences: bySequences.operators(),
    attention: { calls: layers, points },
  };
}

/** Collects the points of operators in order of their first appearance. */
function gather(): { add(name: string, calls: number, count: number, micros: number): void; operators(): Operator[] } {
  const found = new Map<string, { calls: number; points: [number, number][] }>();
  return {
    add(name, calls, count, micros) {
      const entry = found.get(name) ?? { calls, points: [] };
      found.set(name, entry);
      entry.points.push([count, micros]);
    },
    operators: () => [...found].map(([name, { calls, points }]) => ({ name, calls, points })),
  };
}

interface Row {
  has(column: string): boolean;
  text(column: string): string;
  /** A number of at least `least` [0]. */
  number(column: string, least?: number): number;
  wrong(column: string | undefined, expected: string): Error;
}

/** A CSV file of names and numbers; nothing is quoted. */
function openTable(file: string, needed: readonly string[]): { columns: string[]; rows: Iterable<Row> } {
  const lines = readText(file).split('\n');
  const columns = lines[0].split(',').map((name) => name.trim());
  for (const name of needed) {
    if (!columns.includes(name))
      throw new Error(`${file}, line 1: expected a column ${name}, found ${columns.join(', ')}`);
  }
  function* rows(): Iterable<Row> {
    let any = false;
    for (let k = 1; k < lines.length; k++) {
      if (lines[k].trim() === '') continue;
      any = true;
      yield rowOf(file, k + 1, columns, lines[k].split(','));
    }
    if (!any) throw new Error(`${file}: no rows below the header`);
  }
  return { columns, rows: rows() };
}

function rowOf(file: string, line: number, columns: readonly string[], cells: readonly string[]): Row {
  if (cells.length !== columns.length)
    throw new Error(`${file}, line ${line}: expected ${columns.length} cells, found ${cells.length}`);
  const cell = (column: string): string => cells[columns.indexOf(column)]?.trim() ?? '';
  const wrong = (column: string | undefined, expected: string): Error =>
    new Error(
      column === undefined
        ? `${file}, line ${line}: expected ${expected}`
        : `${file}, line ${line}, column ${column}: expected ${expected}, found ${JSON.stringify(cell(column))}`,
    );
  return {
    wrong,
    has: (column) => cell(column) !== '',
    text(column) {
      if (cell(column) === '') throw wrong(column, 'a name');
      return cell(column);
    },
    number(column, least = 0) {
      const value = cell(column) === '' ? Number.NaN : Number(cell(column));
      if (!Number.isFinite(value) || value < least) throw wrong(column, `a number from ${least}`);
      return value;
    },
  };
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return new TextDecoder('utf-8', { fatal: true }).decode(gzip ? gunzipSync(bytes) : bytes).replaceAll('\r', '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Error(`${file}: no such file`);
    if (code === 'EISDIR') throw new Error(`${file}: is a folder, expected a CSV file`);
    throw new Error(`${file}: not a readable CSV file (${message})`);
  }
}
