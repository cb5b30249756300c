/** Strings of a few characters. */
import { box } from './box.js';
import { kindOf } from './kind-of.js';
import { biasList, biasOf, checkMask, drawIndex } from './masks.js';
import { drawWhole, ownStream } from './own-stream.js';
import type { Numbers, Space } from './space.js';
import { inList } from './storage.js';
import { tuple } from './tuple.js';

/** Values are strings of min … max characters of the charset. */
export interface TextSpace extends Space<string, string[]> {
  readonly type: 'Text';
  readonly min: number;
  readonly max: number;
  /** In the order in which they are numbered when flattened. */
  readonly charset: readonly string[];
}

const isText = (space: Space): space is TextSpace => space.type === 'Text';

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export interface TextOptions {
  /** Fewest characters [1]. */
  readonly min?: number;
  /** Characters that may occur [letters and digits]. */
  readonly charset?: string;
}

/**
 * All strings of min … max characters of the charset. Flattened: `max` numbers, each the index of a character, or their count behind the end.
 * A mask is [length or null, mask of the characters or null], a probability likewise.
 * @throws Error unless 0 ≤ min ≤ max are whole numbers and there are characters
 */
export function text(max: number, { min = 1, charset = ALPHANUMERIC }: TextOptions = {}): TextSpace {
  for (const [name, length] of Object.entries({ min, max }))
    if (!Number.isInteger(length) || length < 0)
      throw new Error(`Text: ${name} must be a whole number ≥ 0, got ${kindOf(length)}`);
  if (min > max) throw new Error(`Text: min ${min} is above max ${max}`);
  if (typeof charset !== 'string' || charset === '')
    throw new Error(`Text: charset must be a string of the characters that may occur, got ${kindOf(charset)}`);
  const characters = [...new Set(charset)];
  const indexOf = new Map(characters.map((character, k) => [character, k]));
  const sorted = characters.toSorted();
  const end = characters.length;
  const own = ownStream();

  const self: TextSpace = {
    type: 'Text',
    shape: null,
    dtype: null,
    min,
    max,
    charset: characters,
    seed: own.seed,
    sample(options = {}) {
      const random = own.of(options);
      const bias = biasOf(options, 'Text');
      const [given, which] = bias ? biasList(bias, 2, self) : [null, null];
      const among = bias && which !== null && which !== undefined ? { by: bias.by, value: which } : null;
      let length = lengthOf(given) ?? drawWhole(random, min, max);
      if (among?.by === 'mask' && !checkMask(among.value, end, self).includes(1)) {
        if (min > 0) throw new Error(`${self}: the mask allows no character, but a text has at least ${min}`);
        length = 0;
      }
      return Array.from({ length }, () => characters[drawIndex(random, end, among, self)]).join('');
    },
    contains(x): x is string {
      if (typeof x !== 'string') return false;
      const given = [...x];
      return given.length >= min && given.length <= max && given.every((character) => indexOf.has(character));
    },
    equals: (other) =>
      isText(other) &&
      other.min === min &&
      other.max === max &&
      other.charset.length === end &&
      other.charset.every((character) => indexOf.has(character)),
    toString: () => `Text(${min}, ${max}, charset=${sorted.join('')})`,
    toJSON: () => ({ type: 'Text', max, min, charset: characters.join('') }),
    valueToJson: (x) => x,
    valueFromJson(json) {
      if (typeof json === 'string') return json;
      throw new Error(`a value of ${self}: expected a text, got ${kindOf(json)}`);
    },
    flatSize: max,
    flatSpace: () => box(0, end, { shape: [max], dtype: 'int32' }),
    flatten(x) {
      const flat = new Int32Array(max).fill(end);
      for (const [k, character] of [...x].entries()) flat[k] = indexOf.get(character) ?? end;
      return flat;
    },
    unflatten: (flat) => Array.from(flat as Numbers, (k) => characters[k] ?? '').join(''),
    batchSpace: (n) => tuple(new Array<TextSpace>(n).fill(self)) as unknown as Space<string[]>,
    ...inList(() => sorted[0].repeat(min)),
  };

  /** @throws Error unless it is null or a length that a value can have */
  function lengthOf(given: unknown): number | null {
    if (given === null || given === undefined) return null;
    if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) return given;
    throw new Error(`${self}: expected a length of ${min} to ${max}, got ${kindOf(given)}`);
  }
  return self;
}
