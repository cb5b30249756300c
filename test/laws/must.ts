/** Assertions that say when a law was broken. */
import type { IdList } from '../../env/serving/ids.js';
import type { Replica } from '../../env/serving/replica.js';

export function must(s: Replica, holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`law broken at ${s.now} µs, iteration ${s.totals.iterations}: ${what()}`);
}

export function mustEqual(s: Replica, found: number, expected: number, what: string): void {
  if (found !== expected) must(s, false, () => `${what} is ${found}, expected ${expected}`);
}

export const each = ({ ids, n }: IdList, visit: (r: number, k: number) => void): void => {
  for (let k = 0; k < n; k++) visit(ids[k], k);
};
