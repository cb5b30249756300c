/** Lines and records of a file, read in the plainest way: everything at once, a character at a time. */
import { gunzipSync } from 'node:zlib';

/** A file that must be refused, at this line if one is to blame. */
export class Refused extends Error {
  readonly line: number | undefined;

  constructor(line?: number) {
    super(`refused at line ${line}`);
    this.line = line;
  }
}

/** The text of a file; undefined if its gzip data are damaged. */
export function slowBytes(file: Buffer): Buffer | undefined {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file;
  try {
    return gunzipSync(file);
  } catch {
    return undefined;
  }
}

export interface SlowLine {
  readonly line: number;
  readonly text: string;
}

/** Lines, as far as they are text. The first one that is none blames the file at once, unless the file ends within it. */
export function slowLines(bytes: Buffer): { lines: SlowLine[]; broken: number | undefined } {
  const lines: SlowLine[] = [];
  let line = 0;
  for (let at = 0; at < bytes.length; ) {
    line++;
    let end = at;
    while (end < bytes.length && bytes[end] !== 10) end++;
    const part = bytes.subarray(at, end);
    const text = part.toString('utf8');
    if (part.includes(0) || !Buffer.from(text).equals(part)) {
      if (end < bytes.length) throw new Refused(line);
      return { lines, broken: line };
    }
    const plain = text.endsWith('\r') ? text.slice(0, -1) : text;
    lines.push({ line, text: line === 1 && plain.startsWith('\ufeff') ? plain.slice(1) : plain });
    at = end + 1;
  }
  return { lines, broken: undefined };
}

/** Cells of a record of CSV, or null if its quotes are wrong. */
export function slowCells(record: string): string[] | null {
  const cells: string[] = [];
  let cell = '';
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  for (const c of record) {
    if (state === 'quoted') {
      if (c === '"') state = 'closed';
      else cell += c;
    } else if (c === ',') {
      cells.push(cell);
      cell = '';
      state = 'start';
    } else if (state === 'closed') {
      if (c !== '"') return null;
      cell += '"';
      state = 'quoted';
    } else if (state === 'start' && c === '"') state = 'quoted';
    else {
      cell += c;
      state = 'plain';
    }
  }
  return state === 'quoted' ? null : [...cells, cell];
}

/** Lines put together until their quotes are even; blank ones between records left out. */
export function slowRecords(lines: readonly SlowLine[]): { records: SlowLine[]; open: number | undefined } {
  const records: SlowLine[] = [];
  let record: SlowLine | undefined;
  for (const { line, text } of lines) {
    if (!record && text.trim() === '') continue;
    record = record ? { line: record.line, text: `${record.text}\n${text}` } : { line, text };
    if (record.text.split('"').length % 2 === 0) continue;
    records.push(record);
    record = undefined;
  }
  return { records, open: record?.line };
}

/** A number as it may stand in a list; NaN for all else. */
export function slowNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const text = value.trim();
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** A time like 2023-11-16 18:15:46.6805900+01:00 in µs since 1970; NaN if it is none. */
export function slowDate(text: string): number {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ?(Z|[+-]\d\d:?\d\d)?$/.exec(text.trim());
  if (!parts) return Number.NaN;
  const [, date, time, fraction = '', zone = 'Z'] = parts;
  const millis = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(millis) || new Date(millis).toISOString() !== `${date}T${time}.000Z`) return Number.NaN;
  const tenths = Number(fraction.padEnd(9, '0').slice(0, 7));
  const minutes = zone === 'Z' ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  const shift = zone.startsWith('-') ? -minutes : minutes;
  return (millis - shift * 60_000) * 1000 + Math.floor((tenths + 5) / 10);
}
