/** What cells of CSV and values of JSON may be. */
import { fromMillis, fromSeconds } from '../../time.js';
import { UNDECLARED } from '../workload.js';
import { BadRow, shown } from './row.js';
import { parseTimestamp } from './timestamp.js';

/** Unit of a time column; `iso` are calendar times. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'iso';

/** What a column may hold; `parse` gives undefined for anything else. */
export interface Kind<T = unknown> {
  readonly expected: string;
  parse(value: unknown): T | undefined;
}

/** @throws BadRow if the kind does not allow the value */
export function valueAs<T>(kind: Kind<T>, column: string, value: unknown): T {
  const parsed = kind.parse(value);
  if (parsed === undefined) throw new BadRow(column, kind.expected, shown(value));
  return parsed;
}

const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

/** JSON numbers, and numbers as CSV writes them. */
export function number(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  return digits(value) ?? (NUMBER.test(value) ? Number(value) : Number.NaN);
}

/** A number of at most 15 digits and nothing else: nearly all that lists hold, read without a regular expression. */
function digits(text: string): number | undefined {
  if (text.length === 0 || text.length > 15) return undefined;
  let n = 0;
  for (let k = 0; k < text.length; k++) {
    const digit = text.charCodeAt(k) - 48;
    if (digit < 0 || digit > 9) return undefined;
    n = 10 * n + digit;
  }
  return n;
}

export const whole = (min: number, max: number, expected: string): Kind<number> => ({
  expected,
  parse(value) {
    const n = number(value);
    return Number.isInteger(n) && n >= min && n <= max ? n : undefined;
  },
});

const toMicros = { s: fromSeconds, ms: fromMillis, us: Math.round, ns: (n: number) => Math.round(n / 1000) };

/** µs; calendar times since 1970. */
export function time(unit: TimeUnit): Kind<number> {
  if (unit === 'iso') {
    return {
      expected: 'a time like 2024-05-10T00:00:00.123456+00:00',
      parse: (value) => (typeof value === 'string' ? inReach(parseTimestamp(value.trim())) : undefined),
    };
  }
  return {
    expected: `a number ≥ 0 (${unit === 'us' ? 'µs' : unit})`,
    parse: (value) => inReach(toMicros[unit](number(value))),
  };
}

/** A time that whole numbers hold exactly, also less an earlier one: dates from 1970 to 2255. */
const inReach = (micros: number | undefined): number | undefined =>
  micros !== undefined && micros >= 0 && micros <= Number.MAX_SAFE_INTEGER ? micros : undefined;

export function list(min: number, max: number): Kind<number[]> {
  const item = whole(min, max, '');
  return {
    expected: `a list of whole numbers in ${min} … ${max}`,
    parse(value) {
      if (!Array.isArray(value)) return undefined;
      const items = value.map((one) => item.parse(one));
      return items.includes(undefined) ? undefined : (items as number[]);
    },
  };
}

export const text: Kind<string> = {
  expected: 'a text',
  parse: (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined),
};
/** Lengths of prompts and outputs. */
export const tokens = whole(1, UNDECLARED, `a whole number in 1 … ${UNDECLARED}`);
/** Numbers of things, maybe none. */
export const count = whole(0, Number.MAX_SAFE_INTEGER, 'a whole number ≥ 0');
export const anyWhole = whole(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'a whole number');
export const int32 = whole(-0x80000000, UNDECLARED, 'a whole number of 32 bits');
/** Tokens that verifications commit. */
export const commits: Kind<Uint8Array> = {
  ...list(1, 255),
  parse(value) {
    const numbers = list(1, 255).parse(value);
    return numbers && Uint8Array.from(numbers);
  },
};
