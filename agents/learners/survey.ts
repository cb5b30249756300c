/**
 * Which columns of many observations say something of their own. Some are 0 in all of them, as those of empty slots; others are
 * multiples of another as far as float32 can tell, as the age of a waiting request and the time that it got no token.
 */
import type { Reals } from './math/reals.js';

/** Columns that are not all 0, in groups whose members are multiples of their first one. */
export interface Groups {
  /** Columns, group after group; in a group the first one leads. */
  readonly columns: readonly number[];
  /** Where each group begins in `columns`, and behind the last their number. */
  readonly first: readonly number[];
  /** Of each column, in the same order: itself ÷ the leader of its group. */
  readonly factor: readonly number[];
}

/** Rows by which partners are proposed, before all rows are asked. */
const SAMPLE = 16;
/** What two roundings to float32, and that of the factor, can make of a multiple. */
const TOLERANCE = 2 ** -22;

/** Larger and smaller ratios are left alone: products with them need not fit into float32. */
const RATIO = 2 ** 40;

/** Whether x is so many times the other number; false for NaN. */
const isMultiple = (x: number, factor: number, of: number): boolean =>
  Math.abs(x - factor * of) <= TOLERANCE * Math.abs(x);

/** @param width numbers in a row */
export function survey(rows: readonly Reals[], width: number): Groups {
  const used = columnsWithNumbers(rows, width);
  const leader = Int32Array.from({ length: width }, (_, column) => column);
  const factor = new Float64Array(width).fill(1);
  propose(rows, used, leader, factor);
  verify(rows, used, leader, factor);
  const members = new Map<number, number[]>();
  for (const column of used) {
    const group = members.get(leader[column]);
    if (group) group.push(column);
    else members.set(column, [column]);
  }
  const groups = [...members.values()];
  const columns = groups.flat();
  const first = [0];
  for (const group of groups) first.push(first[first.length - 1] + group.length);
  return { columns, first, factor: columns.map((column) => factor[column]) };
}

/** Columns with a number other than 0 in some row, in ascending order. */
function columnsWithNumbers(rows: readonly Reals[], width: number): number[] {
  const left = Int32Array.from({ length: width }, (_, column) => column);
  const found = new Uint8Array(width);
  let n = width;
  for (const row of rows) {
    let kept = 0;
    for (let k = 0; k < n; k++) {
      const column = left[k];
      if (row[column] === 0) left[kept++] = column;
      else found[column] = 1;
    }
    n = kept;
  }
  return [...found.keys()].filter((column) => found[column] === 1);
}

/** Finds for each column an earlier one that it is a multiple of in a few rows. */
function propose(rows: readonly Reals[], used: readonly number[], leader: Int32Array, factor: Float64Array): void {
  const step = Math.max(1, Math.floor(rows.length / SAMPLE));
  const sample = rows.filter((_, k) => k % step === 0);
  // Multiples of each other have their first number in the same row.
  const leadersFrom: number[][] = sample.map(() => []);
  for (const column of used) {
    const from = sample.findIndex((row) => row[column] !== 0);
    if (from < 0) continue;
    const follows = leadersFrom[from].find((other) => isMultipleIn(sample, from, column, other));
    if (follows === undefined) leadersFrom[from].push(column);
    else {
      leader[column] = follows;
      factor[column] = sample[from][column] / sample[from][follows];
    }
  }
}

/** Whether a column is as many times the other one in all rows as in row `from`. The last rows differ most from that one. */
function isMultipleIn(rows: readonly Reals[], from: number, column: number, other: number): boolean {
  const factor = rows[from][column] / rows[from][other];
  if (!(Math.abs(factor) < RATIO && Math.abs(factor) > 1 / RATIO)) return false;
  for (let k = rows.length - 1; k >= 0; k--) {
    const row = rows[k];
    if (!isMultiple(row[column], factor, row[other])) return false;
  }
  return true;
}

/** Whoever is not a multiple in every row leads itself after all. */
function verify(rows: readonly Reals[], used: readonly number[], leader: Int32Array, factor: Float64Array): void {
  const followers = Int32Array.from(used.filter((column) => leader[column] !== column));
  let n = followers.length;
  for (const row of rows) {
    let kept = 0;
    for (let k = 0; k < n; k++) {
      const column = followers[k];
      if (isMultiple(row[column], factor[column], row[leader[column]])) followers[kept++] = column;
      else {
        leader[column] = column;
        factor[column] = 1;
      }
    }
    n = kept;
  }
}
