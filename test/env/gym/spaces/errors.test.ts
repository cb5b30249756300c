/** Wrong constructors, wrong JSON and wrong values get one sentence that says what and where. */
import { describe, expect, it } from 'vitest';
import { box } from '../../../../env/gym/spaces/box.js';
import { dict } from '../../../../env/gym/spaces/dict.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import { spaceFromJson } from '../../../../env/gym/spaces/from-json.js';
import { graph } from '../../../../env/gym/spaces/graph.js';
import { multiBinary } from '../../../../env/gym/spaces/multi-binary.js';
import { multiDiscrete } from '../../../../env/gym/spaces/multi-discrete.js';
import { oneOf } from '../../../../env/gym/spaces/one-of.js';
import { createEmptyArray, flatdim, iterate } from '../../../../env/gym/spaces/operations.js';
import { sequence } from '../../../../env/gym/spaces/sequence.js';
import { text } from '../../../../env/gym/spaces/text.js';
import { tuple } from '../../../../env/gym/spaces/tuple.js';
import { collectWarnings } from '../../../../env/gym/warn.js';

type Wrong = [make: () => unknown, message: string];

describe('constructors', () => {
  it.each<Wrong>([
    [() => box(2, 1), 'Box: low 2 of number 0 is above its high 1'],
    [() => box(NaN, 1), 'Box: low is NaN, expected a number or an infinity'],
    [() => box([0, 0], [1, 1, 1]), 'Box: high has shape [3], expected [2] as the other bound'],
    [() => box([0, 0], 1, { shape: [3] }), 'Box: low has shape [2], expected [3] as the shape'],
    [() => box('a' as never, 1), 'Box: low must be a number, a typed array or nested lists of numbers, got "a"'],
    [() => box(-Infinity, 1, { dtype: 'uint8' }), 'Box: low is -Infinity, but uint8 begins at 0'],
    [() => box(0, 256, { dtype: 'uint8' }), 'Box: high 256 is outside of uint8, 0 to 255'],
    [() => box(0, 0.5, { dtype: 'int8' }), 'Box: high 0.5 is no whole number, but its dtype is int8'],
    [() => box(0, 1e300), 'Box: high 1e+300 is beyond float32'],
    [() => box(0, 1, { shape: [1.5] }), 'Box: its shape must be a list of whole numbers ≥ 0, got [1.5]'],
    [() => discrete(0), 'Discrete: n must be a whole number ≥ 1, got 0'],
    [() => discrete(2, { start: 2 ** 31 - 1 }), 'Discrete: 2147483647 to 2147483648 does not fit 32-bit integers'],
    [() => multiDiscrete([2, 0]), 'MultiDiscrete: count 1 of nvec is 0, expected at least 1'],
    [() => multiDiscrete([2, 3], { start: [1] }), 'MultiDiscrete: start has shape [1], expected [2] as nvec'],
    [() => multiBinary([2, -1]), 'MultiBinary: n must be a whole number ≥ 1 or a list of such, got [2,-1]'],
    [() => text(2, { min: 3 }), 'Text: min 3 is above max 2'],
    [() => text(2, { charset: '' }), 'Text: charset must be a string of the characters that may occur, got ""'],
    [() => tuple([3 as never]), 'Tuple: part 0: expected a space, got 3'],
    [() => dict({ a: 3 as never }), 'Dict: key "a": expected a space, got 3'],
    [() => dict(new Map() as never), 'Dict: expected an object of spaces or pairs of key and space, got a Map'],
    [() => oneOf([]), 'OneOf: expected a list of at least one space, got a list of 0'],
    [() => sequence(null as never), 'Sequence: expected a space, got null'],
    [() => graph(text(2)), 'Graph: nodes: expected a space of numbers'],
  ])('%s', (make, message) => {
    expect(make).toThrow(message);
  });

  it('a loss of precision is a warning, once for each side', () => {
    const bound = Float64Array.of(0.1);
    expect(collectWarnings(() => box(bound, bound)).warnings).toHaveLength(2);
    expect(collectWarnings(() => box(bound, bound, { dtype: 'float64' })).warnings).toEqual([]);
  });

  it('a list is cast with a warning, once for each space', () => {
    const space = box(0, 1, { shape: [2] });
    const { value, warnings } = collectWarnings(() => [space.contains([0, 1]), space.contains([0, 2])]);
    expect(value).toEqual([true, false]);
    expect(warnings).toEqual(['Box(0.0, 1.0, (2,), float32): a list of 2 is cast, expected a Float32Array of 2']);
  });
});

describe('JSON', () => {
  it.each<[json: unknown, message: string]>([
    [3, 'space: expected a space as an object with a type, got 3'],
    [{ type: 'Boxx' }, 'space: no space of type "Boxx": did you mean "Box"?'],
    [{ type: 'Discrete' }, 'space: a Discrete needs n'],
    [{ type: 'Discrete', n: 3, begin: 1 }, 'space: a Discrete has no field begin'],
    [
      { type: 'Box', low: 'zero', high: 1 },
      'space.low: expected a number, "Infinity", "-Infinity" or "NaN", got "zero"',
    ],
    [{ type: 'Tuple', spaces: 3 }, 'space.spaces: expected a list, got 3'],
    [{ type: 'Tuple', spaces: [{ type: 'Discrete', n: 2 }, null] }, 'space.spaces[1]: expected a space'],
    [{ type: 'Dict', spaces: [['a', { type: 'Text' }]] }, 'space.a: a Text needs max'],
  ])('%j', (json, message) => {
    expect(() => spaceFromJson(json)).toThrow(message);
  });

  it.each<Wrong>([
    [() => box(0, 1, { shape: [2, 2] }).valueFromJson([0, 1]), 'expected numbers of shape [2,2], got shape [2]'],
    [() => discrete(3).valueFromJson('a'), 'Discrete(3): expected a number'],
    [() => tuple([discrete(3)]).valueFromJson([]), 'expected a list of 1, got a list of 0'],
    [() => dict({ a: discrete(3) }).valueFromJson({ b: 1 }), 'expected an object with a, got an object with b'],
    [() => oneOf([discrete(3)]).valueFromJson([1, 0]), 'there is no part 1, only 0 to 0'],
  ])('a value: %s', (read, message) => {
    expect(read).toThrow(message);
  });
});

describe('values', () => {
  it.each<Wrong>([
    [
      () => discrete(3).unflatten(new Int32Array(3)),
      'Discrete(3): no one-hot vector: nothing is chosen in numbers 0 to 2',
    ],
    [() => tuple([discrete(3)]).unflatten(new Int32Array(2)), 'expected 3 flat numbers, got an Int32Array of 2'],
    [() => flatdim(sequence(discrete(3))), 'its values have no fixed size'],
    [() => iterate(box(0, 1, { shape: [2] }), new Float32Array(3)), 'expected a batch of it, got a Float32Array of 3'],
    [() => createEmptyArray(discrete(3), -1), 'a batch needs a whole number of members ≥ 0, got -1'],
  ])('%s', (use, message) => {
    expect(use).toThrow(message);
  });
});
