/** Comma-separated values (RFC 4180) with a header. */
import { type Binding, bindings, type ColumnNames, type Field, namesOf, rowFrom, type TimeUnit } from './fields.js';
import type { RowReader, TraceReader } from './reader.js';
import { BadRow, shown } from './row.js';

/** The cells of one record. A quoted cell may hold commas, line ends and doubled quotes. */
function splitCsv(record: string): string[] {
  if (!record.includes('"')) return record.split(',');
  const cells: string[] = [];
  for (let at = 0; ; at++) {
    let end = at;
    if (record[at] === '"') {
      for (end++; end < record.length; end++) {
        if (record[end] !== '"') continue;
        if (record[end + 1] !== '"') break;
        end++;
      }
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

/**
 * Reads records by the names in their header.
 * @throws BadRow if a needed column is missing or a named one does not exist
 */
export function csvRows(
  header: string,
  columns: ColumnNames,
  unit: TimeUnit | undefined,
  needed: readonly Field[],
): RowReader {
  const names = splitCsv(header).map((name) => name.trim());
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
  for (const field of needed) {
    if (bound.some((binding) => binding.field === field)) continue;
    const expected = `a header with a column for ${field} (${namesOf(field, columns).join(', ')}; other names: option columns)`;
    throw new BadRow(undefined, expected, shown(header));
  }
  let cells: string[] = [];
  const cell = (k: number): string => cells[at[k]];
  return {
    calendar: unit === 'iso',
    unused: names.filter((_, index) => !at.includes(index)),
    columnOf: (field) => bound.find((binding) => binding.field === field)?.column ?? field,
    goesOn,
    read(record) {
      cells = splitCsv(record);
      if (cells.length !== names.length)
        throw new BadRow(undefined, `${names.length} cells`, `${cells.length} in ${shown(record)}`);
      return rowFrom(bound, cell, needed);
    },
  };
}

export const csv: TraceReader = {
  name: 'csv',
  summary: 'a request list with a header; columns by name',
  header: true,
  detect: ([first]) => first.includes(',') && !/^\s*[[{]/.test(first),
  start: (first, { columns = {}, unit, arrivals }) =>
    csvRows(first, columns, unit, [...(arrivals ? [] : (['arrival'] as const)), 'promptTokens', 'outputTokens']),
};
