/** One JSON object a line. */
import { bindings, type Field, rowFrom } from './fields.js';
import type { TraceReader } from './reader.js';
import { BadRow, shown } from './row.js';

/** The object in one line. */
export function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new BadRow(undefined, 'a JSON object', shown(line));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadRow(undefined, 'a JSON object', shown(value));
  return value as Record<string, unknown>;
}

export const jsonl: TraceReader = {
  name: 'jsonl',
  summary: 'a request list, one JSON object a line; columns by name',
  header: false,
  detect: ([first]) => first.trimStart().startsWith('{'),
  start(first, { columns = {}, unit, arrivals }) {
    const bound = bindings(columns, unit);
    const needed: Field[] = [...(arrivals ? [] : (['arrival'] as const)), 'promptTokens', 'outputTokens'];
    const used = new Set(bound.map(({ column }) => column));
    let object: Record<string, unknown> = {};
    const cell = (k: number): unknown => object[bound[k].column];
    return {
      calendar: unit === 'iso',
      mayFollow: true,
      unused: unusedIn(first, used),
      columnOf: (field) => bound.find((b) => b.field === field && b.column in object)?.column ?? field,
      read(record) {
        object = parseObject(record);
        return rowFrom(bound, cell, needed);
      },
    };
  },
};

/** Names in the first line that mean nothing to us; a bad first line is reported when it is read. */
function unusedIn(line: string, used: ReadonlySet<string>): string[] {
  try {
    return Object.keys(parseObject(line)).filter((name) => !used.has(name));
  } catch {
    return [];
  }
}
