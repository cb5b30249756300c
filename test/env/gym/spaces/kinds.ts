/** Spaces of every kind, for properties that hold for all. */
import fc from 'fast-check';
import { box } from '../../../../env/gym/spaces/box.js';
import { dict } from '../../../../env/gym/spaces/dict.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import { DTYPES } from '../../../../env/gym/spaces/dtype.js';
import { graph } from '../../../../env/gym/spaces/graph.js';
import { multiBinary } from '../../../../env/gym/spaces/multi-binary.js';
import { multiDiscrete } from '../../../../env/gym/spaces/multi-discrete.js';
import { oneOf } from '../../../../env/gym/spaces/one-of.js';
import { sequence } from '../../../../env/gym/spaces/sequence.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import { text } from '../../../../env/gym/spaces/text.js';
import { tuple } from '../../../../env/gym/spaces/tuple.js';

const shape = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });
const small = fc.integer({ min: -5, max: 5 });
const count = fc.integer({ min: 1, max: 5 });

/** Bounds that every element type holds, or none. */
const anyBox = fc
  .record({
    shape,
    dtype: fc.constantFrom(...DTYPES),
    low: fc.integer({ min: 0, max: 5 }),
    more: fc.integer({ min: 0, max: 5 }),
    open: fc.constantFrom('none', 'below', 'above', 'both'),
  })
  .map(({ shape, dtype, low, more, open }) => {
    const below = (open === 'below' || open === 'both') && !dtype.startsWith('u') ? -Infinity : low;
    return box(below, open === 'above' || open === 'both' ? Infinity : low + more, { shape, dtype });
  });

const anyDiscrete = fc.tuple(count, small).map(([n, start]) => discrete(n, { start }));
const anyMultiDiscrete = fc.array(fc.tuple(count, small), { minLength: 1, maxLength: 3 }).map((choices) =>
  multiDiscrete(
    choices.map(([n]) => n),
    { start: choices.map(([, start]) => start) },
  ),
);
const anyMultiBinary = fc.oneof(count, fc.array(count, { minLength: 1, maxLength: 2 })).map(multiBinary);
const anyText = fc
  .tuple(fc.integer({ min: 0, max: 2 }), count)
  .map(([min, more]) => text(min + more, { min, charset: 'añ𝛾b' }));

const rows = fc.oneof(anyBox, anyDiscrete, anyMultiDiscrete, anyMultiBinary);
const anyGraph = fc.tuple(rows, fc.option(rows)).map(([node, edge]) => graph<Space, Space | null>(node, edge));
const leaf = fc.oneof(anyBox, anyDiscrete, anyMultiDiscrete, anyMultiBinary, anyText, anyGraph) as fc.Arbitrary<Space>;

/** Any space, up to two levels of parts deep. */
export const anySpace = fc.letrec<{ space: Space }>((tie) => {
  const parts = fc.array(tie('space'), { minLength: 1, maxLength: 3 });
  return {
    space: fc.oneof(
      { depthSize: 'small', maxDepth: 2, withCrossShrink: true },
      { weight: 6, arbitrary: leaf },
      parts.map((spaces) => tuple(spaces)),
      parts.map((spaces) => oneOf(spaces)),
      parts.map((spaces) => dict(Object.fromEntries(spaces.map((space, k) => [`key ${spaces.length - k}`, space])))),
      parts.map((spaces) => dict(spaces.map((space, k) => [`key ${spaces.length - k}`, space] as const))),
      fc.tuple(tie('space'), fc.boolean()).map(([space, stack]) => sequence(space, { stack })),
    ),
  };
}).space;
