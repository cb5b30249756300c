/** Values of several spaces by name. */
import type { BoxSpace } from './box.js';
import { arrayOf } from './dtype.js';
import { kindOf } from './kind-of.js';
import { type Bias, biasOf, partOptions } from './masks.js';
import { ownStream } from './own-stream.js';
import { checkSpace, flatSizeOf, joinBoxes, joinFlat, splitFlat } from './parts.js';
import type { BatchOf, Space, ValueOf } from './space.js';

type Parts = Readonly<Record<string, Space>>;
type Pairs = readonly (readonly [key: string, space: Space])[];
type FromPairs<P extends Pairs> = { readonly [E in P[number] as E[0]]: E[1] };
type ValuesOf<P extends Parts> = { -readonly [K in keyof P]: ValueOf<P[K]> };
type BatchesOf<P extends Parts> = { -readonly [K in keyof P]: BatchOf<P[K]> };

/** Values are plain objects with a value of each part, batches objects with a batch of each. */
export interface DictSpace<P extends Parts = Parts> extends Space<ValuesOf<P>, BatchesOf<P>> {
  readonly type: 'Dict';
  readonly spaces: P;
  /** The order in which the parts are drawn and flattened. */
  readonly keys: readonly (keyof P & string)[];
}

export const isDict = (space: Space): space is DictSpace => space.type === 'Dict';

/**
 * Objects with a value for each key. A mask or probability is an object of one for each key, null where there is none.
 * @param spaces an object, whose keys are sorted, or pairs of key and space, which keep their order
 * @throws Error if a part is no space or a key comes twice
 */
export function dict<const P extends Pairs>(spaces: P): DictSpace<FromPairs<P>>;
export function dict<P extends Parts>(spaces: P): DictSpace<P>;
export function dict(spaces: Parts | Pairs): DictSpace {
  const pairs = Array.isArray(spaces) ? (spaces as Pairs) : sortedPairs(spaces);
  for (const pair of pairs) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string')
      throw new Error(`Dict: expected pairs of a key and a space, got ${kindOf(pair)} among them`);
    checkSpace(pair[1], `Dict: key ${JSON.stringify(pair[0])}`);
  }
  const keys = pairs.map(([key]) => key);
  const twice = keys.find((key, k) => keys.indexOf(key) !== k);
  if (twice !== undefined) throw new Error(`Dict: key ${JSON.stringify(twice)} comes twice`);
  return dictOf(
    keys,
    pairs.map(([, space]) => space),
  );
}

function sortedPairs(spaces: unknown): Pairs {
  if (typeof spaces !== 'object' || spaces === null || spaces instanceof Set || spaces instanceof Map)
    throw new Error(`Dict: expected an object of spaces or pairs of key and space, got ${kindOf(spaces)}`);
  return Object.entries(spaces as Parts).sort(([a], [b]) => (a < b ? -1 : 1));
}

type Named = Record<string, unknown>;
const isNamed = (x: unknown): x is Named => typeof x === 'object' && x !== null && !Array.isArray(x);

/** Whether x is an object with exactly these keys. */
function hasKeys(x: unknown, keys: readonly string[]): x is Named {
  if (!isNamed(x) || Object.keys(x).length !== keys.length) return false;
  for (const key of keys) if (!Object.hasOwn(x, key)) return false;
  return true;
}

function dictOf(keys: readonly string[], parts: readonly Space[]): DictSpace {
  const own = ownStream();
  const flatSize = flatSizeOf(parts);
  let box: BoxSpace | undefined;
  const flatBox = (): BoxSpace => {
    box ??= joinBoxes(parts.map((part) => part.flatSpace() as BoxSpace));
    return box;
  };
  const build = (of: (part: Space, key: string, k: number) => unknown): Named => {
    const out: Named = {};
    for (let k = 0; k < keys.length; k++) out[keys[k]] = of(parts[k], keys[k], k);
    return out;
  };
  const pairs = (of: (part: Space) => Space): Pairs => keys.map((key, k) => [key, of(parts[k])]);

  const self: DictSpace = {
    type: 'Dict',
    shape: null,
    dtype: null,
    spaces: build((part) => part) as Parts,
    keys,
    seed(seed) {
      own.seed(seed);
      for (const [k, part] of parts.entries()) part.seed(`${seed}/${keys[k]}`);
    },
    sample(options = {}) {
      const random = own.of(options);
      const bias = biasOf(options, 'Dict');
      const told = bias ? namedBias(bias, keys, self) : {};
      return build((part, key) => part.sample(partOptions(bias, told[key], random)));
    },
    contains(x): x is Named {
      if (!hasKeys(x, keys)) return false;
      for (let k = 0; k < keys.length; k++) if (!parts[k].contains(x[keys[k]])) return false;
      return true;
    },
    equals: (other) =>
      isDict(other) &&
      other.keys.length === keys.length &&
      keys.every((key, k) => Object.hasOwn(other.spaces, key) && parts[k].equals(other.spaces[key])),
    toString: () => `Dict(${keys.map((key, k) => `'${key}': ${parts[k]}`).join(', ')})`,
    toJSON: () => ({ type: 'Dict', spaces: keys.map((key, k) => [key, parts[k].toJSON()]) }),
    valueToJson: (x) => build((part, key) => part.valueToJson(x[key])),
    valueFromJson(json) {
      if (!hasKeys(json, keys))
        throw new Error(`a value of ${self}: expected an object with ${keys.join(', ')}, got ${kindOf(json)}`);
      return build((part, key) => part.valueFromJson(json[key]));
    },
    flatSize,
    flatSpace: () => (flatSize === null ? dict(pairs((part) => part.flatSpace())) : flatBox()),
    flatten: (x) =>
      flatSize === null
        ? build((part, key) => part.flatten(x[key]))
        : joinFlat(
            arrayOf(flatBox().dtype),
            flatSize,
            parts.map((part, k) => part.flatten(x[keys[k]])),
          ),
    unflatten(flat) {
      if (flatSize === null) return build((part, key) => part.unflatten((flat as Named)[key]));
      const values = splitFlat(parts, flat, self);
      return build((_, __, k) => values[k]);
    },
    batchSpace: (n) => dict(pairs((part) => part.batchSpace(n))),
    createBatch: (n) => build((part) => part.createBatch(n)),
    write(batch, row, x) {
      for (let k = 0; k < keys.length; k++) parts[k].write(batch[keys[k]], row, x[keys[k]]);
    },
    read: (batch, row) => build((part, key) => part.read(batch[key], row)),
  };
  return self;
}

function namedBias({ by, value }: Bias, keys: readonly string[], what: { toString(): string }): Named {
  if (hasKeys(value, keys)) return value;
  throw new Error(`${what}: expected an object with a ${by} for each of ${keys.join(', ')}, got ${kindOf(value)}`);
}
