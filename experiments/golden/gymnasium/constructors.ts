/** Constructors that fail or warn in Gymnasium, held against ours. */
import { box } from '../../../env/gym/spaces/box.js';
import { dict } from '../../../env/gym/spaces/dict.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';
import { graph } from '../../../env/gym/spaces/graph.js';
import { multiBinary } from '../../../env/gym/spaces/multi-binary.js';
import { multiDiscrete } from '../../../env/gym/spaces/multi-discrete.js';
import { oneOf } from '../../../env/gym/spaces/one-of.js';
import { sequence } from '../../../env/gym/spaces/sequence.js';
import type { Space } from '../../../env/gym/spaces/space.js';
import { text } from '../../../env/gym/spaces/text.js';
import { tuple } from '../../../env/gym/spaces/tuple.js';
import { collectWarnings } from '../../../env/gym/warn.js';
import type { Replayed } from '../replayed.js';
import type { ConstructorCase } from './spaces.js';

const zeros = (n: number): Float64Array => new Float64Array(n);
const ones = (n: number): Float64Array => new Float64Array(n).fill(1);

/** The same calls in our language; what TypeScript refuses to compile is passed as `never`. */
const CASES: Readonly<Record<string, () => Space>> = {
  'Box with low above high': () => box(2, 1, { shape: [2] }),
  'Box with NaN low': () => box(NaN, 1, { shape: [2] }),
  'Box with shape different from low': () => box(zeros(3), ones(3), { shape: [2] }),
  'Box with low and high of different shapes': () => box(zeros(3), ones(2)),
  'Box without shape from scalars': () => box(0, 1),
  'Box of uint8 with -inf': () => box(-Infinity, 255, { shape: [1], dtype: 'uint8' }),
  'Box of uint8 with 256': () => box(0, 256, { shape: [1], dtype: 'uint8' }),
  'Box of int32 with infinite bounds': () => box(-Infinity, Infinity, { shape: [1], dtype: 'int32' }),
  'Box with float64 bounds cast to float32': () => box(zeros(2), ones(2), { dtype: 'float32' }),
  'Box of dtype str': () => box(0, 1, { shape: [1], dtype: 'str' as never }),
  'Box without dtype': () => box(0, 1, { shape: [1], dtype: null as never }),
  'Box with a float in its shape': () => box(0, 1, { shape: [1.5] }),
  'Discrete of 0': () => discrete(0),
  'Discrete of -2': () => discrete(-2),
  'Discrete of 2.5': () => discrete(2.5),
  'Discrete with start 1.5': () => discrete(2, { start: 1.5 }),
  'Discrete of True': () => discrete(true as never),
  'MultiDiscrete with a zero': () => multiDiscrete([2, 0]),
  'MultiDiscrete with start of another shape': () => multiDiscrete([2, 3], { start: [1] }),
  'MultiDiscrete of floats': () => multiDiscrete([2.7, 3.2]),
  'MultiBinary of 0': () => multiBinary(0),
  'MultiBinary of (2, -1)': () => multiBinary([2, -1]),
  'Text with min above max': () => text(2, { min: 3 }),
  'Text with negative min': () => text(2, { min: -1 }),
  'Text with float max': () => text(2.5),
  'Tuple of a number': () => tuple([discrete(2), 3 as never]),
  'Tuple of nothing': () => tuple([]),
  'Dict of a number': () => dict({ a: discrete(2), b: 3 as never }),
  'Dict of a set': () => dict(new Set([1, 2]) as never),
  'Dict with a keyword that exists': () =>
    dict([
      ['a', discrete(2)],
      ['a', discrete(3)],
    ]),
  'Sequence of a number': () => sequence(3 as never),
  'OneOf of a number': () => oneOf([discrete(2), 3 as never]),
  'OneOf of nothing': () => oneOf([]),
  'Graph with a node space that is no Box or Discrete': () => graph(multiBinary(2)),
};

const SKIPPED: Readonly<Record<string, string>> = {
  'Box with a list as low': 'a list is how JavaScript writes an array',
  'MultiDiscrete of float dtype': 'ours takes no element type, it is always int32',
};

export const replayConstructors = (cases: readonly ConstructorCase[]): Replayed[] =>
  cases.filter(({ case: words }) => !(words in SKIPPED)).map(replayConstructor);

function replayConstructor({ case: words, value, error, warnings: recorded }: ConstructorCase): Replayed {
  const name = `constructors: ${words}`;
  const make = CASES[words];
  if (!make) return { name, steps: 0, difference: 'this call is not known here' };
  const { value: ours, warnings } = collectWarnings(() => attempt(make));
  const outcome =
    error === undefined
      ? ours === value
        ? null
        : `recorded ${value}, ours ${ours}`
      : ours instanceof Error
        ? null
        : `recorded an error, ours ${ours}`;
  // A warning before an error is lost in the error here.
  const silent = error === undefined && recorded.length !== warnings.length;
  return {
    name,
    steps: 2,
    difference:
      outcome ?? (silent ? `recorded ${recorded.length} warnings, ours ${warnings.join('; ') || 'none'}` : null),
  };
}

function attempt(make: () => Space): string | Error {
  try {
    return String(make());
  } catch (error) {
    return error as Error;
  }
}
