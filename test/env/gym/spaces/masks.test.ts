/** Draws under masks and probabilities, and what is no mask. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { box } from '../../../../env/gym/spaces/box.js';
import { dict } from '../../../../env/gym/spaces/dict.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import { graph } from '../../../../env/gym/spaces/graph.js';
import { multiBinary } from '../../../../env/gym/spaces/multi-binary.js';
import { multiDiscrete } from '../../../../env/gym/spaces/multi-discrete.js';
import { oneOf } from '../../../../env/gym/spaces/one-of.js';
import { sequence } from '../../../../env/gym/spaces/sequence.js';
import { text } from '../../../../env/gym/spaces/text.js';
import { tuple } from '../../../../env/gym/spaces/tuple.js';
import { stream } from '../../../../env/random.js';

const bits = (...x: number[]): Uint8Array => Uint8Array.from(x);
const shares = (...x: number[]): Float64Array => Float64Array.from(x);
const times = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw);

describe('masks', () => {
  it('a choice is always an allowed one, and every allowed one comes', () => {
    const mask = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 8 }).filter((m) => m.includes(1));
    fc.assert(
      fc.property(mask, fc.integer({ min: -3, max: 3 }), fc.nat(), (m, start, seed) => {
        const space = discrete(m.length, { start });
        space.seed(seed);
        const drawn = new Set(times(400, () => space.sample({ mask: bits(...m) })));
        expect([...drawn].sort((a, b) => a - b)).toEqual(m.flatMap((bit, k) => (bit ? [start + k] : [])));
      }),
      { numRuns: 30, seed: 13 },
    );
  });

  it('probabilities decide how often', () => {
    const space = discrete(3);
    space.seed(1);
    const drawn = times(4000, () => space.sample({ probability: shares(0.5, 0, 0.5) }));
    expect(drawn).not.toContain(1);
    expect(drawn.filter((x) => x === 0).length / 4000).toBeCloseTo(0.5, 1);
  });

  it('reach the parts', () => {
    const d = discrete(3);
    const only = bits(0, 1, 0);
    expect(tuple([d, d]).sample({ mask: [only, only] })).toEqual([1, 1]);
    expect(dict({ a: d, b: d }).sample({ mask: { a: only, b: only } })).toEqual({ a: 1, b: 1 });
    expect(oneOf([d, d]).sample({ mask: [only, only] })[1]).toBe(1);
    expect(sequence(d).sample({ mask: [3, only] })).toEqual([1, 1, 1]);
    expect(sequence(d, { stack: true }).sample({ mask: [2, only] })).toEqual(Int32Array.of(1, 1));
    expect(graph(d, d).sample({ mask: [only, only], nodes: 2, edges: 2 })).toMatchObject({
      nodes: Int32Array.of(1, 1),
      edges: Int32Array.of(1, 1),
    });
    expect(multiDiscrete([[3, 3]]).sample({ mask: [[only, only]] })).toEqual(Int32Array.of(1, 1));
    expect(multiBinary(3).sample({ mask: only })).toEqual(Int8Array.of(0, 1, 0));
    expect(text(2, { charset: 'abc' }).sample({ mask: [2, only] })).toBe('bb');
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'both',
      () => discrete(2).sample({ mask: bits(1, 1), probability: shares(1, 0) }),
      /a mask or a probability, got both/,
    ],
    ['a list', () => discrete(2).sample({ mask: [1, 1] }), /Int8Array or Uint8Array of 2, got a list of 2/],
    ['too long', () => discrete(2).sample({ mask: bits(1, 1, 1) }), /of 2, got a Uint8Array of 3/],
    ['a 2', () => discrete(2).sample({ mask: bits(0, 2) }), /number 1 of the mask is 2, expected 0 to 1/],
    ['no distribution', () => discrete(2).sample({ probability: shares(0.5, 0.4) }), /sums to 0.9, expected 1/],
    ['below 0', () => discrete(2).sample({ probability: shares(-0.5, 1.5) }), /number 0 of the probability is -0.5/],
    ['a Box', () => box(0, 1).sample({ mask: bits(1) }), /Box: sample takes no mask/],
    [
      'a part too few',
      () => tuple([discrete(2), discrete(2)]).sample({ mask: [null] }),
      /expected a list of 2, a mask for each part/,
    ],
    [
      'a key too few',
      () => dict({ a: discrete(2), b: discrete(2) }).sample({ mask: { a: null } }),
      /a mask for each of a, b/,
    ],
    [
      'a length below 0',
      () => sequence(discrete(2)).sample({ mask: [-1, null] }),
      /a length ≥ 0 or a list of such, got -1/,
    ],
    ['too long a text', () => text(2).sample({ mask: [3, null] }), /expected a length of 1 to 2, got 3/],
    ['no character', () => text(2, { charset: 'a' }).sample({ mask: [null, bits(0)] }), /allows no character/],
    ['no nodes', () => graph(discrete(2)).sample({ nodes: 0 }), /nodes: expected a whole number ≥ 1, got 0/],
    ['edges of no space', () => graph(discrete(2)).sample({ edges: 1 }), /edges have no space/],
  ])('refused: %s', (_, draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe('streams', () => {
  it('spaces that were never seeded do not draw the same', () => {
    const [a, b] = [discrete(1e6), discrete(1e6)];
    expect(times(3, () => a.sample())).not.toEqual(times(3, () => b.sample()));
  });

  it('a seed gives each part another stream', () => {
    const parts = { a: discrete(1e6), b: discrete(1e6) };
    const space = dict(parts);
    space.seed(3);
    expect(parts.a.sample()).not.toBe(parts.b.sample());
    const { a, b } = space.sample();
    expect(a).not.toBe(b);
  });

  it('a given stream is the only source of a draw', () => {
    const space = tuple([discrete(1e6), box(0, 1, { shape: [3] }), sequence(discrete(1e6))]);
    space.seed(4);
    const first = space.sample({ random: stream(9, 'x') });
    space.sample();
    expect(space.sample({ random: stream(9, 'x') })).toEqual(first);
  });
});
