/** Reads a log of iterations: a CSV file, plain or gzip, with a row for each batch that an engine ran. */
import { compileExpression } from '../../env/expression.js';
import { didYouMean } from '../../env/spelling.js';
import { splitCsv } from '../../env/workloads/traces/csv.js';
import { readLines } from '../../env/workloads/traces/lines.js';
import { BadRow, shown } from '../../env/workloads/traces/row.js';
import { checkedRow, type Field, type LogRow, logFields, type NumberField, type Phase } from './log-row.js';

/** Columns by row, in the order of the file. */
export interface IterationLog {
  readonly file: string;
  readonly count: number;
  /** Rows left out: by `where`, or without sequences. */
  readonly others: number;
  readonly line: Int32Array;
  readonly phase: readonly Phase[];
  readonly seqs: Float64Array;
  readonly decodes: Float64Array;
  readonly tokens: Float64Array;
  readonly context: Float64Array;
  /** Absent where the log does not tell. */
  readonly longest?: Float64Array;
  readonly micros: Float64Array;
  /** Which column each field was read from. */
  readonly columns: Readonly<Partial<Record<Field, string>>>;
}

export interface LogOptions {
  /** Fields by column of the file, or by formula over its columns: `seconds: exec_ms / 1000`. */
  readonly columns?: Readonly<Record<string, unknown>>;
  /** Keeps the rows in which these columns have these values. */
  readonly where?: Readonly<Record<string, unknown>>;
}

/**
 * Reads a log. The phase of a row is its own, else it follows from `decodes`, else from the tokens: as many as sequences is a
 * decode, more is a prefill.
 * @throws Error naming file, line and column, what was expected and what was found, at the first thing that is wrong
 */
export async function readLog(file: string, options: LogOptions = {}): Promise<IterationLog> {
  const rows: LogRow[] = [];
  let header: Header | undefined;
  let others = 0;
  for await (const { first, lines } of readLines(file)) {
    lines.forEach((text, k) => {
      if (text.trim() === '') return;
      try {
        if (!header) {
          header = readHeader(text, options);
          return;
        }
        const row = header.read(text, first + k);
        if (row) rows.push(row);
        else others++;
      } catch (error) {
        throw error instanceof BadRow ? new Error(error.at(file, first + k)) : error;
      }
    });
  }
  if (!header) throw new Error(`${file}: is empty, expected a header and a row for each iteration`);
  if (rows.length === 0)
    throw new Error(
      `${file}: ${others > 0 ? `none of its ${others} rows has sequences and what --where asks for` : 'has no rows'}`,
    );
  const column = (of: (row: LogRow) => number): Float64Array => Float64Array.from(rows, of);
  return {
    file,
    count: rows.length,
    others,
    line: Int32Array.from(rows, (row) => row.line),
    phase: rows.map((row) => row.phase),
    seqs: column((row) => row.seqs),
    decodes: column((row) => row.decodes),
    tokens: column((row) => row.tokens),
    context: column((row) => row.context),
    ...(header.columns.longest !== undefined && { longest: column((row) => row.longest) }),
    micros: column((row) => row.seconds * 1e6),
    columns: header.columns,
  };
}

interface Header {
  readonly columns: IterationLog['columns'];
  /** Undefined: not one of those wanted. */
  read(text: string, line: number): LogRow | undefined;
}

/** The cells of the row that is being read. */
interface Cells {
  now: readonly string[];
}

function readHeader(text: string, { columns = {}, where = {} }: LogOptions): Header {
  const names = splitCsv(text).map((name) => name.trim());
  const cells: Cells = { now: [] };
  for (const field of Object.keys(columns)) {
    if (!Object.hasOwn(logFields, field))
      throw new Error(`--columns: unknown field ${JSON.stringify(field)}${didYouMean(field, Object.keys(logFields))}`);
  }
  const used: Partial<Record<Field, string>> = {};
  for (const field of Object.keys(logFields) as Field[]) {
    const own = columns[field];
    const column = own === undefined ? logFields[field].names.find((name) => names.includes(name)) : String(own);
    if (column !== undefined) used[field] = column;
  }
  for (const field of missing(used)) {
    const { names: known, doc } = logFields[field];
    throw new BadRow(
      undefined,
      `a column for ${field} (${doc}): ${known.join(', ')}, or --columns ${field}=…`,
      shown(text),
    );
  }
  const readers = Object.fromEntries(
    Object.entries(used)
      .filter(([field]) => field !== 'phase')
      .map(([field, column]) => [field, readerOf(field, column, names, cells)]),
  ) as Partial<Record<NumberField, () => number>>;
  const at = used.phase === undefined ? -1 : indexOf(used.phase, names, 'phase');
  const wanted = Object.entries(where).map(([name, value]) => ({ at: indexOf(name, names, '--where'), value }));
  return {
    columns: used,
    read(row, line) {
      cells.now = splitCsv(row);
      if (cells.now.length !== names.length)
        throw new BadRow(undefined, `${names.length} cells`, `${cells.now.length} in ${shown(row)}`);
      if (!wanted.every(({ at: cell, value }) => sameValue(cells.now[cell].trim(), value))) return undefined;
      return checkedRow(line, readers, used, at < 0 ? undefined : cells.now[at].trim());
    },
  };
}

/** The first field without which a log says too little. */
function missing(used: Partial<Record<Field, string>>): Field[] {
  const needed: Field[] = ['seqs', 'seconds'];
  if (used.tot_tokens === undefined) needed.push('tokens', 'context');
  else if (used.phase === undefined) needed.push('phase');
  return needed.filter((field) => used[field] === undefined);
}

function indexOf(name: string, names: readonly string[], what: string): number {
  const at = names.indexOf(name);
  if (at < 0) throw new Error(`${what}: unknown column ${JSON.stringify(name)}${didYouMean(name, names)}`);
  return at;
}

const sameValue = (cell: string, value: unknown): boolean =>
  cell === String(value) || (cell !== '' && typeof value === 'number' && Number(cell) === value);

/** Reads a column by its name, or a formula over columns. An empty cell is NaN. */
function readerOf(field: string, column: string, names: readonly string[], cells: Cells): () => number {
  const numberAt = (index: number) => (): number => {
    const cell = cells.now[index].trim();
    if (cell === '') return Number.NaN;
    const value = Number(cell);
    if (!Number.isFinite(value)) throw new BadRow(names[index], 'a number', shown(cell));
    return value;
  };
  if (names.includes(column)) return numberAt(names.indexOf(column));
  const known = names.map((name) => ({ name, doc: 'a column of the log' }));
  const formula = compileExpression(column, known, `--columns ${field}`);
  const evaluate = formula.bind((name) => numberAt(names.indexOf(name)));
  return () => evaluate(0);
}
