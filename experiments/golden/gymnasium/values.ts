/**
 * The recordings' encoding of values and spaces, read into ours.
 *
 * Arrays become flat typed arrays (their shape belongs to the space), arrays of objects and tuples ordinary arrays.
 * Our whole numbers have 32 bits where numpy's have 64: `int64` becomes an Int32Array, or a Float64Array if a number does
 * not fit; for casts into float32, uint8 and float64 the two behave alike. `bool` becomes a Uint8Array of 0 and 1, as our flags are;
 * `float16`, which JavaScript lacks, a Float32Array. Scalars become numbers and booleans.
 */

import { box } from '../../../env/gym/spaces/box.js';
import { dict } from '../../../env/gym/spaces/dict.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';
import { arrayOf, isDtype, type NumbersConstructor } from '../../../env/gym/spaces/dtype.js';
import { graph } from '../../../env/gym/spaces/graph.js';
import { multiBinary } from '../../../env/gym/spaces/multi-binary.js';
import { multiDiscrete } from '../../../env/gym/spaces/multi-discrete.js';
import { oneOf } from '../../../env/gym/spaces/one-of.js';
import { sequence } from '../../../env/gym/spaces/sequence.js';
import type { Dtype, Numbers, Space } from '../../../env/gym/spaces/space.js';
import { text } from '../../../env/gym/spaces/text.js';
import { tuple } from '../../../env/gym/spaces/tuple.js';

/** Numbers in brackets, one pair an axis; "NaN" and the infinities are words. */
type Nested = number | string | boolean | null | readonly Nested[];

const WORDS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** A number of the recording; words that are none stay words. */
const numeric = <T>(x: T): T | number => (typeof x === 'string' && Object.hasOwn(WORDS, x) ? WORDS[x] : x);

const deepNumeric = (x: Nested): Nested => (Array.isArray(x) ? x.map(deepNumeric) : (numeric(x) as Nested));
const flat = (x: Nested): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(numeric(x))]);

const SAME_AS: Readonly<Record<string, Dtype>> = {
  bool: 'uint8',
  float16: 'float32',
  int64: 'int32',
  uint64: 'uint32',
};

/** Our element type for one of numpy's; undefined for objects and text. */
export function ourDtype(name: string): Dtype | undefined {
  const dtype = SAME_AS[name] ?? name;
  return isDtype(dtype) ? dtype : undefined;
}

function decodeArray(nested: Nested, name: string): Numbers | unknown[] {
  const dtype = ourDtype(name);
  if (dtype === undefined) return [nested].flat(1).map(decode);
  const numbers = flat(nested);
  const made = new (arrayOf(dtype) as NumbersConstructor)(numbers);
  const fits = name === dtype || name === 'float16' || numbers.every((x, k) => x === made[k]);
  return fits ? made : Float64Array.from(numbers);
}

/** The shape of a recorded array. */
export function shapeOfArray(recorded: Readonly<Record<string, unknown>>): readonly number[] {
  if (Array.isArray(recorded.shape)) return recorded.shape;
  const axes = (x: unknown): number[] => (Array.isArray(x) ? [x.length, ...axes(x[0])] : []);
  return axes(recorded.array);
}

type Tagged = Readonly<Record<string, unknown>>;

/** A recorded value in our form. @throws Error if it is none of the encoding's */
export function decode(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(decode);
  if (typeof json !== 'object' || json === null) return json;
  const x = json as Tagged;
  if ('array' in x) return decodeArray(x.array as Nested, String(x.dtype));
  if ('scalar' in x) return numeric(x.scalar);
  if ('float' in x) return numeric(x.float);
  if ('tuple' in x) return (x.tuple as unknown[]).map(decode);
  if ('dict' in x)
    return Object.fromEntries(
      (x.dict as [unknown, unknown][]).map(([key, value]) => [String(decode(key)), decode(value)]),
    );
  if ('graph' in x) {
    const { nodes, edges, edge_links } = x.graph as Tagged;
    return { nodes: decode(nodes), edges: decode(edges), edgeLinks: decode(edge_links) };
  }
  if ('enum' in x) return x.value;
  if ('object' in x) return x.object;
  throw new Error(`${JSON.stringify(json).slice(0, 80)} is no recorded value`);
}

/** A space as the recordings describe it. */
export type Description = Readonly<Record<string, unknown>> & { readonly type: string };

/** The space of a description. @throws Error if there is no such space, in a sentence of its constructor */
export function spaceOf(description: unknown): Space {
  const d = description as Description;
  const parts = (): Space[] => (d.spaces as unknown[]).map(spaceOf);
  switch (d.type) {
    case 'Box': {
      const shape = d.shape === undefined ? {} : { shape: d.shape as number[] };
      const dtype = ourDtype(String(d.dtype ?? 'float32')) ?? 'float32';
      return box(deepNumeric(d.low as Nested) as never, deepNumeric(d.high as Nested) as never, { ...shape, dtype });
    }
    case 'Discrete':
      return discrete(d.n as number, { start: (d.start ?? 0) as number });
    case 'MultiDiscrete':
      return multiDiscrete(d.nvec as number[], d.start === undefined ? {} : { start: d.start as number[] });
    case 'MultiBinary':
      return multiBinary(d.n as number);
    case 'Text':
      return text(d.max_length as number, {
        ...(d.min_length === undefined ? {} : { min: d.min_length as number }),
        ...(d.charset === undefined ? {} : { charset: d.charset as string }),
      });
    case 'Tuple':
      return tuple(parts());
    case 'OneOf':
      return oneOf(parts());
    case 'Dict':
      return dict(Object.fromEntries((d.spaces as [string, unknown][]).map(([key, space]) => [key, spaceOf(space)])));
    case 'Sequence':
      return sequence(spaceOf(d.space), { stack: d.stack === true });
    case 'Graph':
      return graph(spaceOf(d.node) as never, (d.edge ? spaceOf(d.edge) : null) as never);
    default:
      throw new Error(`${JSON.stringify(d.type)} is no recorded kind of space`);
  }
}
