/** What every space of every kind keeps to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spaceFromJson } from '../../../../env/gym/spaces/from-json.js';
import {
  batchSpace,
  concatenate,
  createEmptyArray,
  flatdim,
  flatten,
  flattenSpace,
  iterate,
  unflatten,
} from '../../../../env/gym/spaces/operations.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import { collectWarnings } from '../../../../env/gym/warn.js';
import { anySpace } from './kinds.js';

/** As JSON would carry it to another process. */
const carried = (x: unknown): unknown => JSON.parse(JSON.stringify(x));

const members = (space: Space, seed: number, n: number): unknown[] => {
  space.seed(seed);
  return Array.from({ length: n }, () => space.sample());
};

const always = (law: (space: Space, seed: number) => void): void => {
  fc.assert(
    fc.property(anySpace, fc.nat(), (space, seed) => law(space, seed)),
    { numRuns: 120, seed: 11 },
  );
};

describe('every space', () => {
  it('contains what it draws', () => {
    always((space, seed) => {
      for (const x of members(space, seed, 3)) expect(space.contains(x), `${space}`).toBe(true);
    });
  });

  it('refuses what is no value of any space', () => {
    always((space) => {
      for (const x of [undefined, null, NaN, Symbol('x'), () => 0, { no: 1, such: 2 }])
        expect(collectWarnings(() => space.contains(x)).value, `${space}`).toBe(false);
    });
  });

  it('draws the same after the same seed, and from the same stream', () => {
    always((space, seed) => {
      expect(members(space, seed, 3)).toEqual(members(space, seed, 3));
      const twin = spaceFromJson(carried(space));
      expect(members(twin, seed, 3)).toEqual(members(space, seed, 3));
    });
  });

  it('comes back from JSON', () => {
    always((space) => {
      const back = spaceFromJson(carried(space));
      expect(back.equals(space) && space.equals(back)).toBe(true);
      expect(`${back}`).toBe(`${space}`);
    });
  });

  it('has values that come back from JSON', () => {
    always((space, seed) => {
      for (const x of members(space, seed, 3)) expect(space.valueFromJson(carried(space.valueToJson(x)))).toEqual(x);
    });
  });

  it('has values that come back from being flattened', () => {
    always((space, seed) => {
      for (const x of members(space, seed, 3)) {
        const flat = flatten(space, x);
        expect(flattenSpace(space).contains(flat), `${space}`).toBe(true);
        expect(unflatten(space, flat)).toEqual(x);
        if (space.flatSize !== null) expect(flat).toHaveLength(flatdim(space));
      }
    });
  });

  it('has batches that hold its values', () => {
    always((space, seed) => {
      const all = members(space, seed, 3);
      const batch = concatenate(space, all);
      expect(iterate(space, batch)).toEqual(all);
      expect(batchSpace(space, 3).contains(batch), `${space}`).toBe(true);
    });
  });

  it('writes a row of a batch and leaves the others alone', () => {
    always((space, seed) => {
      const [a, b, c] = members(space, seed, 3);
      const batch = concatenate(space, [a, b]);
      space.write(batch, 1, c);
      expect(iterate(space, batch)).toEqual([a, c]);
    });
  });

  it('copies what it writes', () => {
    always((space, seed) => {
      const [x] = members(space, seed, 1);
      const before = space.valueToJson(x);
      const batch = concatenate(space, [x], createEmptyArray(space, 1));
      overwrite(x);
      expect(space.valueToJson(space.read(batch, 0))).toEqual(before);
    });
  });

  it('equals itself and no other kind', () => {
    fc.assert(
      fc.property(anySpace, anySpace, (a, b) => {
        expect(a.equals(a)).toBe(true);
        expect(a.equals(b)).toBe(b.equals(a));
        if (a.type !== b.type) expect(a.equals(b)).toBe(false);
      }),
      { numRuns: 200, seed: 12 },
    );
  });
});

/** Writes zeros over the arrays in a value. */
function overwrite(x: unknown): void {
  if (ArrayBuffer.isView(x)) (x as Uint8Array).fill(0);
  else if (typeof x === 'object' && x !== null) for (const part of Object.values(x)) overwrite(part);
}
