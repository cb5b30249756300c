/** Comma-separated values (RFC 4180) with a header. */
import { type Binding, bindings, type ColumnNames, type Field, namesOf, rowFrom } from './fields.js';
import { number, type TimeUnit } from './kinds.js';
import type { RowReader, TraceReader } from './reader.js';
import { BadRow, shown } from './row.js';

/** The cells of a record without quotes: what `split(',')` gives, in half the time. */
export function splitPlain(record: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (let end = record.indexOf(','); end >= 0; end = record.indexOf(',', at)) {
    cells.push(record.slice(at, end));
    at = end + 1;
  }
  cells.push(record.slice(at));
  return cells;
}

/** The cells of one record. A quoted cell may hold commas, line ends and doubled quotes. */
export function splitCsv(record: string): string[] {
  if (!record.includes('"')) return splitPlain(record);
  const cells: string[] = [];
  for (let at = 0; ; at++) {
    let end = at;
    if (record[at] === '"') {
      for (end++; end < record.length; end++) {
        if (record[end] !== '"') continue;
        if (record[end + 1] !== '"') break;
        end++;
      }
      if (end >= record.length) throw new BadRow(undefined, 'a closing quote', shown(record.slice(at)));
      cells.push(record.slice(at + 1, end).replaceAll('""', '"'));
      end++;
      if (end < record.length && record[end] !== ',') {
        throw new BadRow(undefined, 'a comma behind a closing quote', shown(record.slice(at, end + 1)));
      }
    } else {
      while (end < record.length && record[end] !== ',') end++;
      cells.push(record.slice(at, end));
    }
    if (end >= record.length) return cells;
    at = end;
  }
}

/** An odd number of quotes: a quoted cell is not closed yet. */
function goesOn(text: string): boolean {
  let open = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) open = !open;
  return open;
}

const headerNames = (header: string): string[] => splitCsv(header).map((name) => name.trim());

/** Names of columns, and the cells of a record. */
export interface CsvTable {
  readonly names: readonly string[];
  /** @throws BadRow if it has not as many cells as the header */
  cells(record: string): readonly string[];
  /** Whether a quoted cell goes on in the next line. */
  goesOn(record: string): boolean;
}

export function csvTable(header: string): CsvTable {
  const names = headerNames(header);
  return {
    names,
    goesOn,
    cells(record) {
      const cells = splitCsv(record);
      if (cells.length === names.length) return cells;
      throw new BadRow(undefined, `${names.length} cells`, `${cells.length} in ${shown(record)}`);
    },
  };
}

/** Whether a line is a header with all of these columns; a line that is no CSV has none. */
export function hasColumns(line: string, ...columns: readonly string[]): boolean {
  try {
    const names = headerNames(line);
    return columns.every((column) => names.includes(column));
  } catch (error) {
    if (error instanceof BadRow) return false;
    throw error;
  }
}

/** Where a record of CSV has what. */
export interface CsvLayout {
  readonly columns: ColumnNames;
  readonly unit?: TimeUnit | undefined;
  readonly needed: readonly Field[];
  /** Columns that hold one number in all requests that we can serve. [none] */
  readonly fixed?: Readonly<Record<string, number>>;
  /** A 0 here says that the request failed. [none] */
  readonly zeroFails?: string;
}

/**
 * Reads records by the names in their header.
 * @throws BadRow if a needed column is missing or a named one does not exist
 */
export function csvRows(header: string, { columns, unit, needed, fixed = {}, zeroFails }: CsvLayout): RowReader {
  const { names, cells: cellsOf } = csvTable(header);
  const bound: Binding[] = [];
  const at: number[] = [];
  for (const binding of bindings(columns, unit)) {
    const index = names.indexOf(binding.column);
    if (index >= 0) {
      bound.push(binding);
      at.push(index);
    } else if (columns[binding.field] !== undefined) {
      throw new BadRow(undefined, `a header with the column ${binding.column}`, shown(header));
    }
  }
  const has = (field: Field): boolean => bound.some((binding) => binding.field === field);
  for (const field of needed) {
    if (has(field) || (field === 'arrival' && has('follows'))) continue;
    const expected = `a header with a column for ${field} (${namesOf(field, columns).join(', ')}; other names: option columns)`;
    throw new BadRow(undefined, expected, shown(header));
  }
  const constants = Object.entries(fixed).map(([column, value]) => ({ column, value, at: names.indexOf(column) }));
  const failing = zeroFails === undefined ? -1 : names.indexOf(zeroFails);
  const used = new Set([...at, ...constants.map((constant) => constant.at)]);
  let cells: readonly string[] = [];
  const cell = (k: number): string => cells[at[k]];
  return {
    calendar: unit === 'iso',
    mayFollow: has('follows'),
    unused: names.filter((_, index) => !used.has(index)),
    columnOf: (field) => bound.find((binding) => binding.field === field)?.column ?? field,
    goesOn,
    read(record) {
      cells = cellsOf(record);
      if (failing >= 0 && isZero(cells[failing])) return undefined;
      for (const { column, value, at } of constants) {
        if (at >= 0 && number(cells[at]) !== value) throw new BadRow(column, `${value}`, shown(cells[at]));
      }
      return rowFrom(bound, cell, needed);
    },
  };
}

const isZero = (cell: string): boolean => number(cell) === 0;

export const csv: TraceReader = {
  name: 'csv',
  summary: 'a request list with a header; columns by name',
  header: true,
  detect: ([first]) => first.includes(',') && !/^\s*[[{]/.test(first),
  start(first, { columns = {}, unit, arrivals }) {
    const needed = [...(arrivals ? [] : (['arrival'] as const)), 'promptTokens', 'outputTokens'] as const;
    return csvRows(first, { columns, unit, needed });
  },
};
