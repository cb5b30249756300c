/** A value of one of several spaces. */
import { type BoxSpace, box } from './box.js';
import { promote } from './dtype.js';
import { kindOf } from './kind-of.js';
import { biasList, biasOf, drawIndex, partOptions } from './masks.js';
import { ownStream } from './own-stream.js';
import { checkSpace } from './parts.js';
import type { Numbers, Space, ValueOf } from './space.js';
import { inList } from './storage.js';
import { tuple } from './tuple.js';

type Choice<P extends readonly Space[]> = [index: number, value: ValueOf<P[number]>];

/** Values are pairs of the index of a space and a member of it. */
export interface OneOfSpace<P extends readonly Space[] = readonly Space[]> extends Space<Choice<P>, Choice<P>[]> {
  readonly type: 'OneOf';
  readonly spaces: P;
}

const isOneOf = (space: Space): space is OneOfSpace => space.type === 'OneOf';

/**
 * Members of any of the spaces, each with the index of its own. A draw chooses the space first, whatever the masks say.
 * Flattened: the index, the flat value, and its first number again up to the size of the largest.
 * A mask or probability is a list of one for each space, null where there is none.
 * @throws Error if there is no space, or a part is none
 */
export function oneOf<const P extends readonly Space[]>(spaces: P): OneOfSpace<P> {
  if (!Array.isArray(spaces) || spaces.length === 0)
    throw new Error(`OneOf: expected a list of at least one space, got ${kindOf(spaces)}`);
  for (const [k, space] of spaces.entries()) checkSpace(space, `OneOf: part ${k}`);
  return oneOfOf([...spaces]) as unknown as OneOfSpace<P>;
}

function oneOfOf(spaces: readonly Space[]): OneOfSpace {
  const own = ownStream();
  const sizes = spaces.map((space) => space.flatSize);
  const flatSize = sizes.some((size) => size === null) ? null : 1 + Math.max(...(sizes as number[]));
  let made: BoxSpace | undefined;
  const flatBox = (size: number): BoxSpace => {
    made ??= hull(
      spaces.map((space) => space.flatSpace() as BoxSpace),
      size,
    );
    return made;
  };
  /** @throws Error if there is no such part */
  const part = (index: unknown): Space => {
    const space = spaces[index as number];
    if (space) return space;
    throw new Error(`${self}: there is no part ${kindOf(index)}, only 0 to ${spaces.length - 1}`);
  };

  const self: OneOfSpace = {
    type: 'OneOf',
    shape: null,
    dtype: null,
    spaces,
    seed(seed) {
      own.seed(seed);
      for (const [k, space] of spaces.entries()) space.seed(`${seed}/${k}`);
    },
    sample(options = {}) {
      const random = own.of(options);
      const bias = biasOf(options, 'OneOf');
      const told = bias ? biasList(bias, spaces.length, self) : [];
      const index = drawIndex(random, spaces.length, null, self);
      return [index, spaces[index].sample(partOptions(bias, told[index], random))];
    },
    contains: (x): x is [number, unknown] =>
      Array.isArray(x) && x.length === 2 && Number.isInteger(x[0]) && (spaces[x[0]]?.contains(x[1]) ?? false),
    equals: (other) =>
      isOneOf(other) &&
      other.spaces.length === spaces.length &&
      spaces.every((space, k) => space.equals(other.spaces[k])),
    toString: () => `OneOf(${spaces.join(', ')})`,
    toJSON: () => ({ type: 'OneOf', spaces: spaces.map((space) => space.toJSON()) }),
    valueToJson: ([index, value]) => [index, part(index).valueToJson(value)],
    valueFromJson(json) {
      if (!Array.isArray(json) || json.length !== 2)
        throw new Error(`a value of ${self}: expected an index and a value, got ${kindOf(json)}`);
      return [json[0], part(json[0]).valueFromJson(json[1])];
    },
    flatSize,
    flatSpace: () => (flatSize === null ? oneOf(spaces.map((space) => space.flatSpace())) : flatBox(flatSize)),
    flatten([index, value]) {
      const flat = part(index).flatten(value);
      if (flatSize === null) return [index, flat];
      const out = flatBox(flatSize)
        .createBatch(1)
        .fill((flat as Numbers)[0] ?? 0);
      out[0] = index;
      out.set(flat as Numbers, 1);
      return out;
    },
    unflatten(flat) {
      if (flatSize === null) {
        const [index, value] = flat as [number, unknown];
        return [index, part(index).unflatten(value)];
      }
      const numbers = flat as Numbers;
      const space = part(numbers[0]);
      return [numbers[0], space.unflatten(numbers.subarray(1, 1 + (space.flatSize ?? 0)))];
    },
    batchSpace: (n) => tuple(new Array<OneOfSpace>(n).fill(self)) as unknown as Space<[number, unknown][]>,
    ...inList(() => [] as unknown as [number, unknown]),
  };
  return self;
}

/** An index, then numbers between the lowest and the highest bound of all. */
function hull(flat: readonly BoxSpace[], size: number): BoxSpace {
  const dtype = promote(flat.map((part) => part.dtype));
  const low = Math.min(...flat.map((part) => Math.min(...part.low)));
  const high = Math.max(...flat.map((part) => Math.max(...part.high)));
  const rest = (x: number): number[] => new Array<number>(size - 1).fill(x);
  return box([0, ...rest(low)], [flat.length - 1, ...rest(high)], { dtype }) as BoxSpace;
}
