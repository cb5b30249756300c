/** A line that is kept in order is the one that sorting gives, whoever comes, leaves or moves. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { align, createLine } from '../../../env/tasks/line.js';

const REQUESTS = 60;

/** Who is given in a call, and by which keys; few different ones, so that there are ties. */
const call = fc
  .subarray(Array.from({ length: REQUESTS }, (_, r) => r))
  .chain((ids) => fc.tuple(fc.shuffledSubarray(ids, { minLength: ids.length }), keysFor(ids.length)));
const keysFor = (n: number) => fc.array(fc.constantFrom(-1, 0, 1, 2, 3, Infinity), { minLength: n, maxLength: n });

it('stands as sorting has it', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
      const line = createLine(REQUESTS);
      for (const [ids, keys] of calls) {
        align(line, ids, ids.length, Float64Array.from(keys));
        const places = ids.map((_, k) => k).sort((a, b) => compare(keys[a], keys[b]) || ids[a] - ids[b]);
        expect([...line.ids.subarray(0, line.n)]).toEqual(places.map((k) => ids[k]));
      }
    }),
    { seed: 1, numRuns: process.env.SERVEGYM_LONG ? 5000 : 300 },
  );
});

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
