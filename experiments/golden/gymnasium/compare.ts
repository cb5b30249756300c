/** Recorded values held against ours. */
import type { Numbers } from '../../../env/gym/spaces/space.js';
import { decode } from './values.js';

export interface Comparison {
  /** Relative and absolute tolerance of numbers that are not of 32 bits [1e-12]. */
  readonly tolerance?: number;
  /** Numbers of infos: element types are not compared, and ours may have the fraction that a whole number lacks. */
  readonly loose?: boolean;
}

/** A wall-clock value, which is not compared. */
const TIME = 'time';

const isNumbers = (x: unknown): x is Numbers => ArrayBuffer.isView(x);
const isObject = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;
const show = (x: unknown): string =>
  isNumbers(x)
    ? `${x.constructor.name} [${Array.from(x as ArrayLike<number>).join(', ')}]`
    : (JSON.stringify(x) ?? String(x));

/** The first difference between a recorded value and ours, in one sentence; null = none. Keys in any order are equal. */
export function difference(recorded: unknown, ours: unknown, where: string, how: Comparison = {}): string | null {
  return differs(decode(recorded), ours, where, how);
}

function differs(expected: unknown, ours: unknown, where: string, how: Comparison): string | null {
  if (expected === TIME) return null;
  const not = (): string => `${where} is ${show(ours)}, recorded ${show(expected)}`;
  if (isNumbers(expected) || isNumbers(ours)) return sameNumbers(expected, ours, how) ? null : not();
  if (typeof expected === 'number') return typeof ours === 'number' && near(expected, ours, how) ? null : not();
  if (!isObject(expected) || !isObject(ours)) return Object.is(expected ?? null, ours ?? null) ? null : not();
  if (Array.isArray(expected) !== Array.isArray(ours)) return not();
  const keys = new Set([...Object.keys(expected), ...Object.keys(ours)]);
  for (const key of keys) {
    if (!Object.hasOwn(ours, key)) return `${where}: ${key} is missing, recorded ${show(expected[key])}`;
    if (!Object.hasOwn(expected, key)) return `${where}: ${key} is ${show(ours[key])}, not in the recording`;
    const found = differs(expected[key], ours[key], `${where}.${key}`, how);
    if (found !== null) return found;
  }
  return null;
}

/** Arrays by type and value. A scalar equals an array of one. */
function sameNumbers(expected: unknown, ours: unknown, how: Comparison): boolean {
  const [a, b] = [expected, ours].map((x) => (typeof x === 'number' ? [x] : x)) as [Numbers, Numbers];
  if (!isObject(a) || !isObject(b) || a.length !== b.length) return false;
  const typed = isNumbers(a) && isNumbers(b);
  if (typed && how.loose !== true && a.constructor !== b.constructor) return false;
  const whole = how.loose === true && a instanceof Int32Array;
  const exact = a instanceof Float32Array && how.tolerance === undefined;
  return Array.prototype.every.call(a, (x: number, k: number) =>
    exact ? Object.is(x + 0, b[k] + 0) : near(x, whole ? Math.trunc(b[k]) : b[k], how),
  );
}

function near(expected: number, ours: number, { tolerance = 1e-12 }: Comparison): boolean {
  if (Object.is(expected, ours) || expected === ours) return true;
  return Math.abs(expected - ours) <= tolerance * Math.max(1, Math.abs(expected));
}
