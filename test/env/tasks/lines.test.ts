/** Lines that are kept in order are the ones that sorting gives, whoever comes, leaves or moves. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { align, createLines } from '../../../env/tasks/lines.js';

const REQUESTS = 80;
const ORDERS = 2;

/** Keys of a request by order; few different ones, so that there are ties. */
const keys = fc.array(fc.constantFrom(-1, 0, 1, 2, 3, Infinity), { minLength: ORDERS, maxLength: ORDERS });

/** Who is given in a call, and with which keys whoever is given from now on. */
const call = fc
  .subarray(Array.from({ length: REQUESTS }, (_, r) => r))
  .chain((ids) => fc.shuffledSubarray(ids, { minLength: ids.length }))
  .chain((ids) =>
    fc.tuple(fc.constant(ids), fc.array(fc.option(keys), { minLength: ids.length, maxLength: ids.length })),
  );

it('stand as sorting has it', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
      const lines = createLines(ORDERS, REQUESTS);
      const model = new Map<number, number[]>();
      for (const [ids, given] of calls) {
        const told = ids.map((r, k) => given[k] ?? model.get(r) ?? [0, 0]);
        const write = (r: number): boolean => {
          const now = told[ids.indexOf(r)];
          const other = now.some((key, order) => lines.keys[order][r] !== key);
          now.forEach((key, order) => {
            lines.keys[order][r] = key;
          });
          return other;
        };
        for (let k = 0; k < ids.length; k++) model.set(ids[k], told[k]);
        const moved = Int32Array.from({ length: REQUESTS }, (_, r) => r).filter((r) => !Number.isNaN(lines.keys[0][r]));
        align(lines, Int32Array.from(ids), ids.length, { ids: moved, n: moved.length }, write);
        expect(lines.n).toBe(ids.length);
        lines.ids.forEach((line, order) => {
          const key = (r: number): number => told[ids.indexOf(r)][order];
          const sorted = [...ids].sort((a, b) => compare(key(a), key(b)) || a - b);
          expect([...line.subarray(0, lines.n)]).toEqual(sorted);
        });
      }
    }),
    { seed: 1, numRuns: process.env.SERVEGYM_LONG ? 5000 : 300 },
  );
});

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
