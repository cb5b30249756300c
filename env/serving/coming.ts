/** Followers under way: each arrives a while after the request it follows has left. A heap by time, then row. */
import type { Micros } from '../time.js';
import type { Rounds } from '../workloads/rounds.js';

/** Entries 0 … n − 1; rows are those of the workload. */
export interface Coming {
  rows: Int32Array;
  times: Float64Array;
  n: number;
}

export const createComing = (): Coming => ({ rows: new Int32Array(16), times: new Float64Array(16), n: 0 });

/** Row `row` left at `time`: those who follow it are under way. */
export function comeAfter(coming: Coming, { first, next, think }: Rounds, row: number, time: Micros): void {
  for (let after = first[row]; after >= 0; after = next[after]) push(coming, after, time + think[after]);
}

/** When the first of them arrives; Infinity = nobody is under way. */
export const nextComing = ({ times, n }: Coming): number => (n > 0 ? times[0] : Infinity);

/** Takes the first one; its time is that of `nextComing` before. Returns its row. */
export function popComing(coming: Coming): number {
  const { rows, times } = coming;
  const row = rows[0];
  const n = --coming.n;
  const last = rows[n];
  const time = times[n];
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= n) break;
    if (child + 1 < n && earlier(times[child + 1], rows[child + 1], times[child], rows[child])) child++;
    if (!earlier(times[child], rows[child], time, last)) break;
    rows[at] = rows[child];
    times[at] = times[child];
    at = child;
  }
  rows[at] = last;
  times[at] = time;
  return row;
}

const earlier = (time: number, row: number, otherTime: number, other: number): boolean =>
  time !== otherTime ? time < otherTime : row < other;

function push(coming: Coming, row: number, time: Micros): void {
  reserve(coming, coming.n + 1);
  const { rows, times } = coming;
  let at = coming.n++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!earlier(time, row, times[parent], rows[parent])) break;
    rows[at] = rows[parent];
    times[at] = times[parent];
    at = parent;
  }
  rows[at] = row;
  times[at] = time;
}

function reserve(coming: Coming, n: number): void {
  if (n <= coming.rows.length) return;
  const { rows, times } = coming;
  coming.rows = new Int32Array(2 * n);
  coming.times = new Float64Array(2 * n);
  coming.rows.set(rows);
  coming.times.set(times);
}

export function copyComing(from: Coming, to: Coming): void {
  reserve(to, from.n);
  for (let k = 0; k < from.n; k++) {
    to.rows[k] = from.rows[k];
    to.times[k] = from.times[k];
  }
  to.n = from.n;
}
