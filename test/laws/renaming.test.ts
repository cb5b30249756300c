/** Names mean nothing: requests under other keys, given in another order, meet the same fate. */
import { describe, expect, it } from 'vitest';
import { createWorkload, type WorkloadColumns } from '../../env/workloads/workload.js';
import { type Draw, forAll, randomColumns, randomCost, randomRules } from './generators.js';
import { asked, indexPolicies } from './policies.js';
import { ran, requestsOf } from './results.js';

function shuffled(d: Draw, count: number): number[] {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = d.int(0, k);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/** The same requests as rows in another order, under other keys. */
function renamed(given: WorkloadColumns, order: readonly number[], key: (row: number) => number): WorkloadColumns {
  const columns = Object.entries(given).map(([name, column]) => [
    name,
    typeof column === 'object' && 'length' in column ? order.map((row) => column[row]) : column,
  ]);
  return { ...Object.fromEntries(columns), key: order.map(key) };
}

describe('renaming', () => {
  it('of requests that arrive one by one changes no time', () => {
    forAll(90, (d) => {
      const rules = randomRules(d, { drafts: false });
      const columns = randomColumns(d, rules, { distinctArrivals: true });
      const cost = randomCost(d);
      const order = shuffled(d, columns.arrival.length);
      const newKey = (row: number): number => 5_000_000_000 - 13 * row;
      const setup = {
        rules,
        cost,
        horizon: 20_000,
        scheduler: asked(d.pick(Object.values(indexPolicies)), d.pick([1, Infinity])),
      };
      const before = requestsOf(ran({ ...setup, workload: createWorkload(columns) }));
      const after = requestsOf(ran({ ...setup, workload: createWorkload(renamed(columns, order, newKey)) }));
      const expected = Object.entries(before).map(([key, row]) => [newKey((Number(key) - 7) / 1000), row]);
      expect(after).toEqual(Object.fromEntries(expected));
    });
  });
});
