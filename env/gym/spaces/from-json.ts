/** Spaces from JSON: the inverse of their `toJSON`. */
import { didYouMean } from '../../spelling.js';
import { box } from './box.js';
import { dict } from './dict.js';
import { discrete } from './discrete.js';
import { graph } from './graph.js';
import { kindOf } from './kind-of.js';
import { multiBinary } from './multi-binary.js';
import { multiDiscrete } from './multi-discrete.js';
import { type Nested, numberFromJson } from './nested.js';
import { oneOf } from './one-of.js';
import { sequence } from './sequence.js';
import type { Space } from './space.js';
import { text } from './text.js';
import { tuple } from './tuple.js';

type Fields = Readonly<Record<string, unknown>>;

interface Kind {
  readonly needs: readonly string[];
  readonly takes?: readonly string[];
  /** Its constructor checks what the fields hold. */
  make(fields: Fields, where: string): Space;
}

const KINDS: Readonly<Record<string, Kind>> = {
  Box: {
    needs: ['low', 'high'],
    takes: ['shape', 'dtype'],
    make: ({ low, high, ...rest }, where) => box(bound(low, `${where}.low`), bound(high, `${where}.high`), rest),
  },
  Discrete: { needs: ['n'], takes: ['start'], make: ({ n, ...rest }) => discrete(n as number, rest) },
  MultiDiscrete: {
    needs: ['nvec'],
    takes: ['start'],
    make: ({ nvec, ...rest }) => multiDiscrete(nvec as number[], rest),
  },
  MultiBinary: { needs: ['n'], make: ({ n }) => multiBinary(n as number) },
  Text: { needs: ['max'], takes: ['min', 'charset'], make: ({ max, ...rest }) => text(max as number, rest) },
  Tuple: { needs: ['spaces'], make: ({ spaces }, where) => tuple(parts(spaces, where)) },
  OneOf: { needs: ['spaces'], make: ({ spaces }, where) => oneOf(parts(spaces, where)) },
  Dict: { needs: ['spaces'], make: ({ spaces }, where) => dict(pairs(spaces, where)) },
  Sequence: {
    needs: ['space'],
    takes: ['stack'],
    make: ({ space, stack }, where) => sequence(spaceFromJson(space, `${where}.space`), { stack: stack === true }),
  },
  Graph: {
    needs: ['node'],
    takes: ['edge'],
    make: ({ node, edge }, where) =>
      graph(spaceFromJson(node, `${where}.node`), edge ? spaceFromJson(edge, `${where}.edge`) : null),
  },
};

/**
 * The space that was written as JSON.
 * @param where it stands, for messages
 * @throws Error that names the place: no such kind, a field that is missing or unknown, or what its constructor complains of
 */
export function spaceFromJson(json: unknown, where = 'space'): Space {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error(`${where}: expected a space as an object with a type, got ${kindOf(json)}`);
  const { type, ...fields } = json as Fields;
  const kind = typeof type === 'string' && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind)
    throw new Error(`${where}: no space of type ${kindOf(type)}${didYouMean(String(type), Object.keys(KINDS))}`);
  const known = [...kind.needs, ...(kind.takes ?? [])];
  const missing = kind.needs.find((field) => fields[field] === undefined);
  if (missing) throw new Error(`${where}: a ${type} needs ${missing}`);
  const unknown = Object.keys(fields).find((field) => !known.includes(field));
  if (unknown) throw new Error(`${where}: a ${type} has no field ${unknown}${didYouMean(unknown, known)}`);
  return kind.make(fields, where);
}

/** A number or nested lists, with the words for infinities. */
function bound(json: unknown, where: string): number | readonly Nested[] {
  const read = (x: unknown): Nested => (Array.isArray(x) ? x.map(read) : numberFromJson(x, where));
  return read(json) as number | readonly Nested[];
}

function list(json: unknown, where: string): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw new Error(`${where}.spaces: expected a list, got ${kindOf(json)}`);
}

const parts = (json: unknown, where: string): Space[] =>
  list(json, where).map((part, k) => spaceFromJson(part, `${where}.spaces[${k}]`));

const pairs = (json: unknown, where: string): [string, Space][] =>
  list(json, where).map((pair, k) => {
    const [key, part] = list(pair, `${where}.spaces[${k}]`);
    return [key as string, spaceFromJson(part, `${where}.${key}`)];
  });
