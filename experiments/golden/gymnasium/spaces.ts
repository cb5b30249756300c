/** What Gymnasium's spaces say, flatten, batch and write as JSON, held against ours. */
import { z } from 'zod';
import { box } from '../../../env/gym/spaces/box.js';
import { dict, isDict } from '../../../env/gym/spaces/dict.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';
import { concatenate, createEmptyArray, flatdim, iterate } from '../../../env/gym/spaces/operations.js';
import type { Numbers, Space } from '../../../env/gym/spaces/space.js';
import { isTuple } from '../../../env/gym/spaces/tuple.js';
import type { Replayed } from '../replayed.js';
import { replayConstructors } from './constructors.js';
import { difference } from './difference.js';
import { type Description, decode, ourDtype, spaceOf } from './values.js';

const description = z.looseObject({ type: z.string() });

const schema = z.object({
  spaces: z.array(z.looseObject({ space: description, repr: z.string(), members: z.array(z.unknown()) })),
  equality: z.array(z.object({ case: z.string(), a: description, b: description, equal: z.boolean() })),
  dict_order: z.array(z.object({ case: z.string(), keys: z.array(z.string()), flatten: z.unknown() })),
  constructors: z.array(
    z.object({
      case: z.string(),
      value: z.string().optional(),
      error: z.unknown().optional(),
      warnings: z.array(z.unknown()).default([]),
    }),
  ),
});

export type ConstructorCase = z.infer<typeof schema>['constructors'][number];
type Fields = z.infer<typeof schema>['spaces'][number];

/** @throws Error if the file is no such recording */
export function replaySpaces(recording: unknown, file: string): Replayed[] {
  const parsed = schema.safeParse(recording);
  if (!parsed.success) throw new Error(`${file}: no recording of spaces (${z.prettifyError(parsed.error)})`);
  const { spaces, equality, dict_order, constructors } = parsed.data;
  return [
    ...spaces.map(replaySpace),
    ...equality.filter(({ a, b }) => !hasOddDtype(a) && !hasOddDtype(b)).map(replayEquality),
    ...dict_order.map(replayOrder).filter((replayed) => replayed !== null),
    ...replayConstructors(constructors),
  ];
}

/** Ours has one element type for each space but Box: cases about another one have no counterpart. */
const hasOddDtype = ({ type, dtype }: Description): boolean =>
  type !== 'Box' && dtype !== undefined && dtype !== 'int64';

/** Our whole numbers have 32 bits. */
const in32Bits = (repr: string): string => repr.replaceAll('int64', 'int32');

/** Ours, or what it complained of. */
function attempt(what: () => unknown): unknown {
  try {
    return what();
  } catch (error) {
    return { error: (error as Error).message };
  }
}

const isError = (x: unknown): boolean => typeof x === 'object' && x !== null && 'error' in x;

/** What each recorded field is of ours; spaces are compared by `equals`, the rest by value. */
function replaySpace(fields: Fields): Replayed {
  const space = spaceOf(fields.space);
  const members = fields.members.map(decode);
  // A Box without axes holds one number, which numpy's arrays give back bare.
  const hasNoAxes = space.type === 'Box' && space.shape?.length === 0;
  const batch = (): unknown => concatenate(space, members);
  const json = (x: unknown): unknown => JSON.parse(JSON.stringify(space.valueToJson(x)));
  const spaces: Record<string, () => Space> = {
    normal_form: () => space,
    flatten_space: () => space.flatSpace(),
    batch_space_2: () => space.batchSpace(2),
  };
  const texts: Record<string, () => string> = {
    repr: () => String(space),
    batch_space_2_repr: () => String(space.batchSpace(2)),
  };
  const values: Record<string, () => unknown> = {
    flatdim: () => flatdim(space),
    flatten: () => members.map((x) => space.flatten(x)),
    unflatten: () => members.map((x) => space.unflatten(space.flatten(x))),
    create_empty_array_2: () => createEmptyArray(space, 2),
    concatenate: batch,
    iterate: () => iterate(space, batch()).map((x) => (hasNoAxes ? (x as Numbers)[0] : x)),
    from_jsonable: () => members.map((x) => space.valueFromJson(json(x))),
  };
  const found: (string | null)[] = members.map((x, k) => difference(space.contains(x), true, `contains(member ${k})`));
  for (const [field, make] of Object.entries(spaces)) {
    const theirs = spaceOf(fields[field]);
    found.push(make().equals(theirs) ? null : `${field}: recorded ${theirs}, ours ${make()}`);
  }
  for (const [field, make] of Object.entries(texts))
    found.push(difference(make(), in32Bits(String(fields[field])), field));
  for (const [field, make] of Object.entries(values)) {
    const ours = attempt(make);
    if (!isError(fields[field])) found.push(difference(ours, decode(fields[field]), field));
    else found.push(isError(ours) ? null : `${field}: recorded an error, ours ${JSON.stringify(ours)}`);
  }
  found.push(difference(space.shape, fields.shape, 'shape'));
  if (space.dtype) found.push(difference(space.dtype, ourDtype(String(fields.dtype)), 'dtype'));
  found.push(difference(space.flatSize !== null, fields.is_np_flattenable, 'is_np_flattenable'));
  if (space.type !== 'Graph') found.push(difference(columns(space, members), fields.to_jsonable, 'to_jsonable'));
  return { name: `spaces: ${space}`, steps: found.length, difference: found.find((x) => x !== null) ?? null };
}

/** Gymnasium writes many members at once, a list for each part; its JSON of graphs is another and not compared. */
function columns(space: Space, members: readonly unknown[]): unknown {
  const of = (key: string | number): unknown[] => members.map((x) => (x as Record<string | number, unknown>)[key]);
  if (isDict(space)) return Object.fromEntries(space.keys.map((key) => [key, columns(space.spaces[key], of(key))]));
  if (isTuple(space)) return space.spaces.map((part, k) => columns(part, of(k)));
  return members.map((x) => space.valueToJson(x));
}

type Equality = z.infer<typeof schema>['equality'][number];

function replayEquality({ case: words, a, b, equal }: Equality): Replayed {
  const one = spaceOf(a);
  const other = spaceOf(b);
  const ours = [one.equals(other), other.equals(one)];
  return { name: `equality: ${words}`, steps: 2, difference: difference(ours, [equal, equal], 'equals') };
}

const PARTS = { b: discrete(2), a: box(0, 1, { shape: [1] }) };

/** Keywords, OrderedDict and `sort_keys` are Python's ways to say what pairs say. */
const ORDERS: readonly { readonly begins: string; make(): Space }[] = [
  { begins: 'a plain dict', make: () => dict(PARTS) },
  { begins: 'a list of pairs', make: () => dict(Object.entries(PARTS)) },
];

type Order = z.infer<typeof schema>['dict_order'][number];

function replayOrder({ case: words, keys, flatten }: Order): Replayed | null {
  const space = ORDERS.find(({ begins }) => words.startsWith(begins))?.make();
  if (!space || !isDict(space)) return null;
  const flat = space.flatten({ b: 1, a: Float32Array.of(0.5) });
  const found = difference(space.keys, keys, 'keys') ?? difference(flat, decode(flatten), 'flatten');
  return { name: `order of keys: ${words}`, steps: 2, difference: found };
}
