/** Spaces read as in Gymnasium; element types follow numpy's rules. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { box } from '../../../../env/gym/spaces/box.js';
import { arrayOf, canCast, DTYPES, promote, rangeOf } from '../../../../env/gym/spaces/dtype.js';
import { multiDiscrete } from '../../../../env/gym/spaces/multi-discrete.js';

describe('notation', () => {
  const f64 = { dtype: 'float64' } as const;
  it.each([
    [box(0, 1), 'Box(0.0, 1.0, (1,), float32)'],
    [box(-1e30, 1e6), 'Box(-1e+30, 1e+06, (1,), float32)'],
    [box(1e-5, 1e6, f64), 'Box(1e-05, 1000000.0, (1,), float64)'],
    [box([0.1, -2.25], [1, Infinity]), 'Box([ 0.1  -2.25], [ 1. inf], (2,), float32)'],
    [box([-0, 1e-5], 9, f64), 'Box([-0.e+00  1.e-05], 9.0, (2,), float64)'],
    [box([0, 1 / 3], [1, 2000], f64), 'Box([0.         0.33333333], [1.e+00 2.e+03], (2,), float64)'],
    [
      box(
        [
          [0, -10],
          [7, 8],
        ],
        100,
        { dtype: 'int16' },
      ),
      'Box([[  0 -10]\n [  7   8]], 100, (2, 2), int16)',
    ],
    [multiDiscrete([[2, 3]], { start: [[0, 1]] }), 'MultiDiscrete([[2 3]], start=[[0 1]])'],
  ])('%s', (space, text) => {
    expect(String(space)).toBe(text);
  });

  it('wraps long rows and shortens long arrays', () => {
    const counting = (n: number): number[] => Array.from({ length: n }, (_, k) => k);
    const lines = String(multiDiscrete(counting(40).map((k) => k + 1))).split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(75 + 'MultiDiscrete('.length);
    expect(String(box(counting(1001), 2000, { dtype: 'int32' }))).toBe(
      'Box([   0    1    2 ...  998  999 1000], 2000, (1001,), int32)',
    );
  });
});

describe('element types', () => {
  const dtype = fc.constantFrom(...DTYPES);

  it('cast only where no whole number is lost', () => {
    fc.assert(
      fc.property(dtype, dtype, (from, to) => {
        if (from.startsWith('float') || !canCast(from, to)) return;
        const ends = rangeOf(from);
        expect([...new (arrayOf(to))(ends)]).toEqual(ends);
      }),
      { seed: 14 },
    );
    expect(canCast('float64', 'float32')).toBe(false);
    expect(canCast('float32', 'int32')).toBe(false);
    expect(canCast('int32', 'float32')).toBe(false);
    expect(canCast('int16', 'float32')).toBe(true);
  });

  it('are promoted to one that holds all', () => {
    fc.assert(
      fc.property(fc.array(dtype, { minLength: 1 }), (all) => {
        const to = promote(all);
        for (const from of all) expect(canCast(from, to)).toBe(true);
      }),
      { seed: 15 },
    );
    expect(promote(['float32', 'int32'])).toBe('float64');
    expect(promote(['float32', 'int8'])).toBe('float32');
    expect(promote(['int8', 'uint8'])).toBe('int16');
  });
});
