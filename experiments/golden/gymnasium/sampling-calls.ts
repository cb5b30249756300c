/** The recorded calls of `sample` in our language. */
import { box } from '../../../env/gym/spaces/box.js';
import { dict } from '../../../env/gym/spaces/dict.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';
import { multiBinary } from '../../../env/gym/spaces/multi-binary.js';
import { multiDiscrete } from '../../../env/gym/spaces/multi-discrete.js';
import { oneOf } from '../../../env/gym/spaces/one-of.js';
import { sequence } from '../../../env/gym/spaces/sequence.js';
import type { SampleOptions, Space } from '../../../env/gym/spaces/space.js';
import { text } from '../../../env/gym/spaces/text.js';
import { tuple } from '../../../env/gym/spaces/tuple.js';

const bits = (...x: number[]): Int8Array => Int8Array.from(x);
const shares = (...x: number[]): Float64Array => Float64Array.from(x);

type Draw = readonly [space: () => Space, options?: SampleOptions];

const four = (): Space => discrete(4, { start: 10 });
const three = (): Space => discrete(3);
const grid = (): Space => multiDiscrete([2, 3], { start: [0, 5] });
const threeBits = (): Space => multiBinary(3);
const word = (min: number) => (): Space => text(2, { min, charset: 'abc' });
const pair = (): Space => tuple([discrete(3), discrete(2)]);
const named = (): Space => dict({ a: discrete(3), b: discrete(2) });
const list = (): Space => sequence(discrete(3));
const either = (): Space => oneOf([discrete(3), discrete(2, { start: 7 })]);
const square = (): Space => box(-1, 1, { shape: [2] });

/** By the words of their case. */
export const CALLS: Readonly<Record<string, Draw>> = {
  'Discrete(4, start=10), no mask': [four],
  'Discrete(4, start=10), mask [1,0,0,1]': [four, { mask: bits(1, 0, 0, 1) }],
  'Discrete(4, start=10), mask of one': [four, { mask: bits(0, 0, 1, 0) }],
  'Discrete(4, start=10), mask all zero: start comes out, though it is forbidden': [four, { mask: bits(0, 0, 0, 0) }],
  'Discrete(4, start=10), probability [.5,0,.25,.25]': [four, { probability: shares(0.5, 0, 0.25, 0.25) }],
  'Discrete(3), mask and probability': [three, { mask: bits(1, 1, 1), probability: shares(1, 0, 0) }],
  'Discrete(3), mask as list': [three, { mask: [1, 0, 1] }],
  'Discrete(3), mask of int64': [three, { mask: Int32Array.of(1, 0, 1) }],
  'Discrete(3), mask of wrong length': [three, { mask: bits(1, 0) }],
  'Discrete(3), mask with a 2': [three, { mask: bits(1, 2, 0) }],
  'Discrete(3), probability sums to .9': [three, { probability: shares(0.5, 0.2, 0.2) }],
  'Discrete(3), probability within 1e-8 of 1': [three, { probability: shares(1 / 3, 1 / 3, 1 / 3 + 1e-9) }],
  'Discrete(3), probability sums to 1 + 1e-6': [three, { probability: shares(0.5, 0.25, 0.250001) }],
  'Discrete(3), probability sums to 1 + 1e-4': [three, { probability: shares(0.5, 0.25, 0.2501) }],
  'Discrete(3), probability all zero': [three, { probability: shares(0, 0, 0) }],
  'Discrete(3), negative probability': [three, { probability: shares(1.5, -0.5, 0) }],
  'Discrete(3), probability of float32': [three, { probability: Float32Array.of(1, 0, 0) }],
  'Discrete(3), probability with NaN': [three, { probability: shares(NaN, 0.5, 0.5) }],
  'MultiDiscrete([2,3], start=[0,5]), no mask': [grid],
  'MultiDiscrete([2,3], start=[0,5]), masks ([0,1],[1,0,1])': [grid, { mask: [bits(0, 1), bits(1, 0, 1)] }],
  'MultiDiscrete([2,3], start=[0,5]), second mask all zero': [grid, { mask: [bits(1, 1), bits(0, 0, 0)] }],
  'MultiDiscrete([2,3], start=[0,5]), probabilities ([1,0],[0,.5,.5])': [
    grid,
    { probability: [shares(1, 0), shares(0, 0.5, 0.5)] },
  ],
  'MultiDiscrete, one mask too few': [grid, { mask: [bits(0, 1)] }],
  'MultiDiscrete, mask of wrong length': [grid, { mask: [bits(0, 1, 1), bits(1, 0, 1)] }],
  'MultiDiscrete, probability sums to .5': [grid, { probability: [shares(0.5, 0), shares(0, 0.5, 0.5)] }],
  'MultiBinary(3), no mask': [threeBits],
  'MultiBinary(3), mask [0,1,2]: 0 and 1 are forced, 2 is free': [threeBits, { mask: bits(0, 1, 2) }],
  'MultiBinary(3), mask [0,0,0]': [threeBits, { mask: bits(0, 0, 0) }],
  'MultiBinary(3), probability [0,1,.25]': [threeBits, { probability: shares(0, 1, 0.25) }],
  'MultiBinary(3), mask with a 3': [threeBits, { mask: bits(0, 3, 0) }],
  'Text(2, min 0, abc), mask (2, [1,0,1])': [word(0), { mask: [2, bits(1, 0, 1)] }],
  'Text(2, min 0, abc), mask (None, all zero)': [word(0), { mask: [null, bits(0, 0, 0)] }],
  'Text(2, min 1, abc), mask (None, all zero)': [word(1), { mask: [null, bits(0, 0, 0)] }],
  'Text(2, min 1, abc), mask (3, None)': [word(1), { mask: [3, null] }],
  'Tuple(Discrete 3, Discrete 2), masks ([1,0,1], None)': [pair, { mask: [bits(1, 0, 1), null] }],
  'Tuple, one mask too few': [pair, { mask: [bits(1, 0, 1)] }],
  'Dict(a Discrete 3, b Discrete 2), masks {a: [0,1,0], b: None}': [named, { mask: { a: bits(0, 1, 0), b: null } }],
  'Dict, a key is missing': [named, { mask: { a: bits(0, 1, 0) } }],
  'Sequence(Discrete 3), mask (2, [1,0,1])': [list, { mask: [2, bits(1, 0, 1)] }],
  'Sequence(Discrete 3), mask (0, None)': [list, { mask: [0, null] }],
  'Sequence(Discrete 3), mask ([1, 2] as lengths, [1,0,0])': [list, { mask: [Int32Array.of(1, 2), bits(1, 0, 0)] }],
  'Sequence(Discrete 3), mask (-1, None)': [list, { mask: [-1, null] }],
  'OneOf(Discrete 3, Discrete(2, start 7)), no mask': [either],
  'OneOf, masks ([1,0,0], [0,1])': [either, { mask: [bits(1, 0, 0), bits(0, 1)] }],
  'OneOf, first mask all zero: it is still chosen': [either, { mask: [bits(0, 0, 0), bits(0, 1)] }],
  'Box with a mask': [square, { mask: bits(1, 0) }],
  'Box with a probability': [square, { probability: shares(1, 0) }],
};

const FLAGS = 'a mask is an Int8Array or a Uint8Array here, and flags are Uint8Arrays';
const LISTS = 'lists and tuples are one in JavaScript';

/** Calls that exist only through Python's types. */
export const SKIPPED: Readonly<Record<string, string>> = {
  'Discrete(3), mask of bool': FLAGS,
  'MultiDiscrete, mask of bool': FLAGS,
  'MultiBinary(3), mask of bool': FLAGS,
  'MultiDiscrete, masks as a list': LISTS,
  'Tuple, masks as a list': LISTS,
};
