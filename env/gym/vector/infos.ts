/** The infos of several environments as one: a column a key, and beside each `key` a column `_key` that says whose it is. */
import type { Info } from '../env.js';
import type { Numbers } from '../spaces/space.js';

/** Keys whose values stay objects, whatever they are: observations of finished episodes. */
const OBJECTS = new Set(['final_obs']);

const isRecord = (x: unknown): x is Info =>
  typeof x === 'object' && x !== null && [Object.prototype, null].includes(Object.getPrototypeOf(x));

/**
 * Merges infos: numbers to a Float64Array, booleans to a Uint8Array, typed arrays to one of n rows, nested records the
 * same way, anything else to an array; zero or null where an environment says nothing. The first value of a key decides
 * which. `_key` is a Uint8Array: 1 = set by this environment.
 * @param infos one an environment; null = it says nothing
 * @throws Error if a value cannot stand beside the first: text beside a number, arrays of different lengths
 */
export function mergeInfos(infos: readonly (Info | null)[]): Info {
  const merged: Info = {};
  const keys = new Set(infos.flatMap((info) => (info === null ? [] : Object.keys(info))));
  for (const key of keys) {
    const has = infos.map((info) => info !== null && Object.hasOwn(info, key));
    const values = infos.map((info) => info?.[key]);
    merged[key] = columnOf(key, values, has);
    merged[`_${key}`] = Uint8Array.from(has, Number);
  }
  return merged;
}

/** The values of a key as one column. */
function columnOf(key: string, values: readonly unknown[], has: readonly boolean[]): unknown {
  const k = has.indexOf(true);
  const first = values[k];
  const refuse = (i: number, what: string): never => {
    throw new Error(`infos: ${JSON.stringify(key)} of environment ${i} is ${what} beside that of environment ${k}`);
  };
  if (OBJECTS.has(key)) return values.map((x, i) => (has[i] ? x : null));
  if (isRecord(first)) {
    const records = values.map((x, i) => (!has[i] ? null : isRecord(x) ? x : refuse(i, 'no record')));
    return mergeInfos(records);
  }
  if (ArrayBuffer.isView(first)) {
    const rows = first as Numbers;
    const column = new (rows.constructor as new (n: number) => Numbers)(values.length * rows.length);
    values.forEach((x, i) => {
      if (!has[i]) return;
      const row = ArrayBuffer.isView(x) ? (x as Numbers) : refuse(i, 'no array of numbers');
      if (row.length !== rows.length) refuse(i, `an array of ${row.length} numbers, not ${rows.length},`);
      column.set(row, i * rows.length);
    });
    return column;
  }
  if (typeof first === 'number' || typeof first === 'boolean') {
    const number = (x: unknown, i: number): number =>
      typeof x === 'number' || typeof x === 'boolean' ? Number(x) : refuse(i, 'no number');
    return typeof first === 'number'
      ? Float64Array.from(values, (x, i) => (has[i] ? number(x, i) : 0))
      : Uint8Array.from(values, (x, i) => (has[i] && number(x, i) !== 0 ? 1 : 0));
  }
  return values.map((x, i) => (has[i] ? x : null));
}

/** Merged infos whose nested records have no masks of their own: whoever has the record has all of it. */
export function mergeWhole(infos: readonly (Info | null)[]): Info {
  const merged = mergeInfos(infos);
  for (const [key, x] of Object.entries(merged))
    if (isRecord(x)) merged[key] = Object.fromEntries(Object.entries(x).filter(([part]) => !isMask(x, part)));
  return merged;
}

const isMask = (infos: Info, key: string): boolean => key.startsWith('_') && Object.hasOwn(infos, key.slice(1));

/** The infos of each environment again: those whose mask says so; keys without a mask are everybody's. */
export const splitInfos = (infos: Info, count: number): Info[] =>
  Array.from({ length: count }, (_, row) => rowOf(infos, row, count));

function rowOf(infos: Info, row: number, count: number): Info {
  const info: Info = {};
  for (const [key, column] of Object.entries(infos)) {
    const mask = infos[`_${key}`] as Uint8Array | undefined;
    if (isMask(infos, key) || mask?.[row] === 0) continue;
    info[key] = isRecord(column) ? rowOf(column, row, count) : valueAt(column as Numbers | unknown[], row, count);
  }
  return info;
}

function valueAt(column: Numbers | unknown[], row: number, count: number): unknown {
  const width = column.length / count;
  return Array.isArray(column) || width === 1 ? column[row] : column.slice(row * width, (row + 1) * width);
}
