/** Values of several spaces in order. */
import type { BoxSpace } from './box.js';
import { arrayOf } from './dtype.js';
import { kindOf } from './kind-of.js';
import { biasList, biasOf, partOptions } from './masks.js';
import { ownStream } from './own-stream.js';
import { checkSpace, flatSizeOf, joinBoxes, joinFlat, splitFlat } from './parts.js';
import type { BatchOf, Space, ValueOf } from './space.js';

type ValuesOf<P extends readonly Space[]> = { -readonly [K in keyof P]: ValueOf<P[K]> };
type BatchesOf<P extends readonly Space[]> = { -readonly [K in keyof P]: BatchOf<P[K]> };

/** Values are arrays with a value of each part, batches arrays with a batch of each. */
export interface TupleSpace<P extends readonly Space[] = readonly Space[]> extends Space<ValuesOf<P>, BatchesOf<P>> {
  readonly type: 'Tuple';
  readonly spaces: P;
}

export const isTuple = (space: Space): space is TupleSpace => space.type === 'Tuple';

/**
 * Values of the given spaces, in order. A mask or probability is a list of one for each part, null where there is none.
 * @throws Error if a part is no space
 */
export function tuple<const P extends readonly Space[]>(spaces: P): TupleSpace<P> {
  if (!Array.isArray(spaces)) throw new Error(`Tuple: expected a list of spaces, got ${kindOf(spaces)}`);
  for (const [k, space] of spaces.entries()) checkSpace(space, `Tuple: part ${k}`);
  return tupleOf([...spaces]) as unknown as TupleSpace<P>;
}

function tupleOf(spaces: readonly Space[]): TupleSpace {
  const own = ownStream();
  const flatSize = flatSizeOf(spaces);
  let box: BoxSpace | undefined;
  const flatBox = (): BoxSpace => {
    box ??= joinBoxes(spaces.map((space) => space.flatSpace() as BoxSpace));
    return box;
  };

  const self: TupleSpace = {
    type: 'Tuple',
    shape: null,
    dtype: null,
    spaces,
    seed(seed) {
      own.seed(seed);
      for (const [k, space] of spaces.entries()) space.seed(`${seed}/${k}`);
    },
    sample(options = {}) {
      const random = own.of(options);
      const bias = biasOf(options, 'Tuple');
      const told = bias ? biasList(bias, spaces.length, self) : [];
      return spaces.map((space, k) => space.sample(partOptions(bias, told[k], random)));
    },
    contains: (x): x is unknown[] =>
      Array.isArray(x) && x.length === spaces.length && spaces.every((space, k) => space.contains(x[k])),
    equals: (other) =>
      isTuple(other) &&
      other.spaces.length === spaces.length &&
      spaces.every((space, k) => space.equals(other.spaces[k])),
    toString: () => `Tuple(${spaces.join(', ')})`,
    toJSON: () => ({ type: 'Tuple', spaces: spaces.map((space) => space.toJSON()) }),
    valueToJson: (x) => spaces.map((space, k) => space.valueToJson(x[k])),
    valueFromJson(json) {
      if (!Array.isArray(json) || json.length !== spaces.length)
        throw new Error(`a value of ${self}: expected a list of ${spaces.length}, got ${kindOf(json)}`);
      return spaces.map((space, k) => space.valueFromJson(json[k]));
    },
    flatSize,
    flatSpace: () => (flatSize === null ? tuple(spaces.map((space) => space.flatSpace())) : flatBox()),
    flatten(x) {
      const flats = spaces.map((space, k) => space.flatten(x[k]));
      return flatSize === null ? flats : joinFlat(arrayOf(flatBox().dtype), flatSize, flats);
    },
    unflatten: (flat) =>
      flatSize === null
        ? spaces.map((space, k) => space.unflatten((flat as unknown[])[k]))
        : splitFlat(spaces, flat, self),
    batchSpace: (n) => tuple(spaces.map((space) => space.batchSpace(n))),
    createBatch: (n) => spaces.map((space) => space.createBatch(n)),
    write(batch, row, x) {
      for (let k = 0; k < spaces.length; k++) spaces[k].write(batch[k], row, x[k]);
    },
    read: (batch, row) => spaces.map((space, k) => space.read(batch[k], row)),
  };
  return self;
}
