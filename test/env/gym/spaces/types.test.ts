/** Types carry through from the parts of a space to its values and batches. */
import { expect, expectTypeOf, it } from 'vitest';
import { box } from '../../../../env/gym/spaces/box.js';
import { dict } from '../../../../env/gym/spaces/dict.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import { oneOf } from '../../../../env/gym/spaces/one-of.js';
import { sequence } from '../../../../env/gym/spaces/sequence.js';
import { tuple } from '../../../../env/gym/spaces/tuple.js';

it('a Dict knows what its values are', () => {
  const space = dict({ b: discrete(3), a: box(-1, 1, { shape: [2], dtype: 'float64' }) });
  const value = space.sample();
  expectTypeOf(value).toEqualTypeOf<{ a: Float64Array; b: number }>();
  expectTypeOf(space.createBatch(2)).toEqualTypeOf<{ a: Float64Array; b: Int32Array }>();
  expect(Object.keys(value)).toEqual(['a', 'b']);
  expectTypeOf(dict([['x', discrete(2)]]).sample()).toEqualTypeOf<{ x: number }>();
});

it('so do Tuple, Sequence and OneOf', () => {
  const value = tuple([discrete(3), box(0, 1)]).sample();
  expectTypeOf(value).toEqualTypeOf<[number, Float32Array]>();
  expectTypeOf(sequence(discrete(3)).sample()).toEqualTypeOf<number[]>();
  expectTypeOf(sequence(discrete(3), { stack: true }).sample()).toEqualTypeOf<Int32Array>();
  expectTypeOf(oneOf([discrete(3), box(0, 1)]).sample()).toEqualTypeOf<[index: number, value: number | Float32Array]>();
  expect(value[1]).toBeInstanceOf(Float32Array);
});
