/** Any number of values of one space. */

import type { Stream } from '../../random.js';
import { kindOf } from './kind-of.js';
import { biasList, biasOf, drawIndex, partOptions } from './masks.js';
import { concatenate, iterate, rowsIn } from './operations.js';
import { ownStream } from './own-stream.js';
import { checkSpace } from './parts.js';
import type { BatchOf, Space, ValueOf } from './space.js';
import { inList } from './storage.js';
import { tuple } from './tuple.js';

/** Values are arrays of values, or when stacked batches of them. */
export interface SequenceSpace<T = unknown> extends Space<T, T[]> {
  readonly type: 'Sequence';
  /** The space of its items. */
  readonly space: Space;
  readonly stack: boolean;
}

const isSequence = (space: Space): space is SequenceSpace => space.type === 'Sequence';

/** How items are kept together: in an array, or in a batch. */
interface Holder {
  make(items: readonly unknown[]): unknown;
  /** The items; null if x holds none. */
  items(x: unknown): readonly unknown[] | null;
}

const listed: Holder = { make: (items) => items, items: (x) => (Array.isArray(x) ? x : null) };

const stacked = (space: Space): Holder => ({
  make: (items) => concatenate(space, items),
  items: (x) => (rowsIn(space, x) === null ? null : iterate(space, x)),
});

/**
 * All sequences of members of the space, the empty one among them. A drawn length is geometric with mean 4, at least 1.
 * A mask is [length, a list of lengths to choose from, or null; mask of the items or null], a probability likewise.
 * @param stack whether a value is a batch of its items [an array of them]
 * @throws Error if it is given no space
 */
export function sequence<S extends Space>(space: S, options?: { readonly stack?: false }): SequenceSpace<ValueOf<S>[]>;
export function sequence<S extends Space>(space: S, options: { readonly stack: true }): SequenceSpace<BatchOf<S>>;
export function sequence<S extends Space>(
  space: S,
  options: { readonly stack?: boolean },
): SequenceSpace<ValueOf<S>[] | BatchOf<S>>;
export function sequence(space: Space, { stack = false }: { readonly stack?: boolean } = {}): SequenceSpace {
  checkSpace(space, 'Sequence');
  const own = ownStream();
  const holder = stack ? stacked(space) : listed;
  const flatItems = (): Space => space.flatSpace();
  const itemsOf = (x: unknown): readonly unknown[] => {
    const items = holder.items(x);
    if (items) return items;
    throw new Error(`${self}: expected ${stack ? 'a batch' : 'a list'} of items, got ${kindOf(x)}`);
  };

  const self: SequenceSpace = {
    type: 'Sequence',
    shape: null,
    dtype: null,
    space,
    stack,
    seed(seed) {
      own.seed(seed);
      space.seed(`${seed}/items`);
    },
    sample(options = {}) {
      const random = own.of(options);
      const bias = biasOf(options, 'Sequence');
      const [given, which] = bias ? biasList(bias, 2, self) : [null, null];
      const length = drawLength(given, random, self);
      return holder.make(Array.from({ length }, () => space.sample(partOptions(bias, which, random))));
    },
    contains(x): x is unknown {
      const items = holder.items(x);
      return items?.every((item) => space.contains(item)) ?? false;
    },
    equals: (other) => isSequence(other) && other.stack === stack && space.equals(other.space),
    toString: () => `Sequence(${space}, stack=${stack ? 'True' : 'False'})`,
    toJSON: () => ({ type: 'Sequence', space: space.toJSON(), stack }),
    valueToJson: (x) => itemsOf(x).map((item) => space.valueToJson(item)),
    valueFromJson(json) {
      if (!Array.isArray(json)) throw new Error(`a value of ${self}: expected a list, got ${kindOf(json)}`);
      return holder.make(json.map((item) => space.valueFromJson(item)));
    },
    flatSize: null,
    flatSpace: () => sequence(flatItems(), { stack }),
    flatten(x) {
      const flat = itemsOf(x).map((item) => space.flatten(item));
      return stack ? stacked(flatItems()).make(flat) : flat;
    },
    unflatten(flat) {
      const items = stack ? stacked(flatItems()).items(flat) : listed.items(flat);
      if (!items) throw new Error(`${self}: expected flattened items, got ${kindOf(flat)}`);
      return holder.make(items.map((item) => space.unflatten(item)));
    },
    batchSpace: (n) => tuple(new Array<SequenceSpace>(n).fill(self)) as unknown as Space<unknown[]>,
    ...inList(() => (stack ? space.createBatch(1) : [])),
  };
  return self;
}

/** Chance that a drawn sequence ends after an item. */
const END = 1 / 4;

/** @throws Error unless it is null, a length, or a list of lengths */
function drawLength(given: unknown, random: Stream, what: { toString(): string }): number {
  if (given === null || given === undefined) return 1 + Math.floor(Math.log1p(-random.next()) / Math.log1p(-END));
  const lengths = typeof given === 'number' ? [given] : Array.from(given as ArrayLike<number>);
  const wrong = lengths.find((length) => !Number.isInteger(length) || length < 0);
  if (lengths.length === 0 || wrong !== undefined)
    throw new Error(`${what}: expected a length ≥ 0 or a list of such, got ${kindOf(wrong ?? given)}`);
  return lengths[drawIndex(random, lengths.length, null, what)];
}
