/**
 * The fields of our own request lists, and how named columns of other people's files become them.
 *
 * A list is JSONL (one object a line) or CSV (with a header). `listColumns` says what its columns are called and hold.
 * A file uses one of alpha, accepted and commits.
 */
import {
  anyWhole,
  commits,
  int32,
  type Kind,
  list,
  number,
  type TimeUnit,
  text,
  time,
  tokens,
  valueAs,
  whole,
} from './kinds.js';
import { BadRow, type TraceRow } from './row.js';

export type Field = keyof TraceRow;

/** Which column of the file holds which field, e.g. `{ arrival: 'ts', promptTokens: 'in' }`. */
export type ColumnNames = { readonly [F in Field]?: string };

/** One column of the file and the field it fills. */
export interface Binding {
  readonly field: Field;
  readonly column: string;
  readonly kind: Kind;
}

const isSegment = (pair: unknown): boolean =>
  Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && Number.isInteger(pair[1]) && pair[1] >= 0;

/** Columns of a field that holds a time, by our own names; elsewhere the unit is the given one. */
const timeNames = (name: string): readonly string[] => [`${name}_us`, `${name}_ms`, name];

interface FieldSpec {
  readonly names: readonly string[];
  readonly kind: Kind | 'time' | 'span';
  /** What it holds [when left out]. */
  readonly doc: string;
}

const FIELDS: { readonly [F in Field]-?: FieldSpec } = {
  arrival: {
    names: timeNames('arrival'),
    kind: 'time',
    doc: 'when it comes: µs, ms, s; rows are in order of it [required, unless follows]',
  },
  promptTokens: { names: ['prompt_tokens'], kind: tokens, doc: 'at least 1 [required]' },
  outputTokens: {
    names: ['output_tokens'],
    kind: tokens,
    doc: 'true output length, at least 1; hidden from schedulers [required, unless commits]',
  },
  declared: { names: ['max_tokens'], kind: tokens, doc: 'what the client declares [the model length decides]' },
  follows: {
    names: ['follows'],
    kind: anyWhole,
    doc: 'key of the request it follows: it comes when that one has left; times of its own count from then [nobody]',
  },
  think: { names: timeNames('think'), kind: 'span', doc: '… and so long after that [0]' },
  deadline: { names: timeNames('deadline'), kind: 'time', doc: 'when the answer is due [never]' },
  abortAt: { names: timeNames('abort'), kind: 'time', doc: 'when the client gives up; hidden [never]' },
  priority: { names: ['priority'], kind: int32, doc: 'a whole number, lower is more urgent [0]' },
  tenant: { names: ['tenant'], kind: int32, doc: 'who sends it, a whole number [0]' },
  slo: {
    names: ['slo'],
    kind: whole(0, 255, 'a whole number in 0 … 255'),
    doc: 'class of service-level objectives, a whole number [0]',
  },
  key: { names: ['key'], kind: anyWhole, doc: 'identity for luck and pairing [number of the line]' },
  tie: {
    names: ['tie'],
    kind: anyWhole,
    doc: 'order among equals where the engine asks the source [number of the request]',
  },
  id: { names: ['id'], kind: text, doc: 'name in results [the key]' },
  alpha: {
    names: ['alpha'],
    kind: { expected: 'a number in 0 … 1', parse: (v) => (number(v) >= 0 && number(v) <= 1 ? number(v) : undefined) },
    doc: 'each draft token is accepted with this probability [nothing is accepted]',
  },
  accepted: {
    names: ['accepted'],
    kind: list(0, 255),
    doc: 'JSONL: accepted drafts by sampling step, the list repeated: [2, 0, 1]',
  },
  drafts: { names: ['drafts'], kind: list(0, 255), doc: 'JSONL: offered drafts, likewise' },
  commits: {
    names: ['commits'],
    kind: commits,
    doc: 'JSONL: tokens that a verification from each output position can commit: [3, 2, 1, 4, …]',
  },
  segments: {
    names: ['segments'],
    kind: {
      expected: 'a list of [name, tokens] pairs',
      parse: (value) => (Array.isArray(value) && value.every(isSegment) ? value : undefined),
    },
    doc: 'JSONL: the prompt as token sequences, for prefix caching: [["system", 512], ["a", 88]]',
  },
  answer: { names: ['answer'], kind: text, doc: 'name under which later prompts quote this answer' },
  prompt: {
    names: ['prompt', 'text'],
    kind: text,
    doc: 'what the prompt says: predictors of length may read it [nothing]',
  },
  model: { names: ['model'], kind: text, doc: 'name of the model that is asked, likewise [nothing]' },
};

/** The columns of a request list: by which names, and what they hold [when left out]. */
export const listColumns: readonly Pick<FieldSpec, 'names' | 'doc'>[] = Object.values(FIELDS);

/** Names a column is known by: the given one alone, else ours. */
export const namesOf = (field: Field, columns: ColumnNames = {}): readonly string[] => {
  const given = columns[field];
  return given === undefined ? FIELDS[field].names : [given];
};

/** All columns that could fill a field. A time's unit is the given one, else what the column's name ends in, else seconds. */
export function bindings(columns: ColumnNames = {}, unit?: TimeUnit): Binding[] {
  const bound: Binding[] = [];
  const claimed = new Set(Object.values(columns));
  for (const field of Object.keys(FIELDS) as Field[]) {
    const { kind } = FIELDS[field];
    for (const column of namesOf(field, columns)) {
      if (columns[field] === undefined && claimed.has(column)) continue;
      bound.push({ field, column, kind: typeof kind === 'string' ? time(unitFor(kind, column, unit)) : kind });
    }
  }
  return bound;
}

/** Spans are never dates. */
const unitFor = (kind: 'time' | 'span', column: string, unit?: TimeUnit): TimeUnit =>
  unit === undefined || (kind === 'span' && unit === 'iso') ? unitOf(column) : unit;

const unitOf = (column: string): TimeUnit =>
  (['us', 'ms', 'ns'] as const).find((unit) => column.endsWith(`_${unit}`)) ?? 's';

/**
 * The request that a record's cells describe; empty cells are left out.
 * @throws BadRow for the first cell that its column does not allow, and for a required one that is missing
 */
export function rowFrom(bound: readonly Binding[], cell: (k: number) => unknown, needed: readonly Field[]): TraceRow {
  const row: Partial<Record<Field, unknown>> = {};
  for (let k = 0; k < bound.length; k++) {
    const { field, column, kind } = bound[k];
    const value = cell(k);
    if (value === undefined || value === '' || value === null || row[field] !== undefined) continue;
    row[field] = valueAs(kind, column, value);
  }
  if (row.commits && row.outputTokens === undefined) row.outputTokens = (row.commits as Uint8Array).length;
  for (const field of needed) {
    if (row[field] !== undefined || (field === 'arrival' && row.follows !== undefined)) continue;
    const missing = bound.filter((binding) => binding.field === field);
    throw new BadRow(missing.map(({ column }) => column).join(' | '), missing[0].kind.expected, 'nothing');
  }
  return row as unknown as TraceRow;
}
