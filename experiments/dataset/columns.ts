/** Values of spaces as columns of numbers, and the table of one episode. */

import type { Env } from '../../env/gym/env.js';
import { isDict } from '../../env/gym/spaces/dict.js';
import type { SequenceSpace } from '../../env/gym/spaces/sequence.js';
import type { Space } from '../../env/gym/spaces/space.js';
import { type ColumnSpec, fileOf, rowsFileOf, sizeOf, toBytes } from './format.js';

/** A column, and where its values are found in a value of the space. */
interface Source {
  readonly spec: ColumnSpec;
  find(value: unknown): unknown;
}

const isSequence = (space: Space): space is SequenceSpace => space.type === 'Sequence';

/** @throws Error for a space whose values are no numbers */
function sourcesOf(name: string, space: Space): Source[] {
  const { dtype, shape } = space;
  if (dtype !== null && shape !== null)
    return [{ spec: { name, dtype, shape: [...shape], set: false }, find: (value) => value }];
  if (isSequence(space) && space.stack && space.space.dtype !== null && space.space.shape !== null) {
    const { dtype, shape } = space.space;
    return [{ spec: { name, dtype, shape: [...shape], set: true }, find: (value) => value }];
  }
  if (isDict(space))
    return space.keys.flatMap((key) =>
      sourcesOf(`${name}.${key}`, space.spaces[key]).map(({ spec, find }) => ({
        spec,
        find: (value: unknown) => find((value as Record<string, unknown>)[key]),
      })),
    );
  throw new Error(`${name}: values of ${space} cannot be kept as columns of numbers`);
}

const number = (name: string, dtype: ColumnSpec['dtype']): ColumnSpec => ({ name, dtype, shape: [], set: false });

/** What a row says beside observation, mask and action. */
const SCALARS = [
  number('episode', 'int32'),
  number('logPropensity', 'float64'),
  number('atom', 'uint8'),
  number('reward', 'float64'),
  number('elapsed', 'float64'),
  number('terminated', 'uint8'),
  number('truncated', 'uint8'),
  number('last', 'uint8'),
] as const;
type Scalars = Readonly<
  Record<'episode' | 'logPropensity' | 'atom' | 'reward' | 'elapsed' | 'terminated' | 'truncated' | 'last', number>
>;

/** The rows of one episode, as they come. */
export interface Table {
  add(observation: unknown, mask: Uint8Array | null, action: unknown, scalars: Scalars): void;
  /** The row for what was seen last. */
  end(observation: unknown, mask: Uint8Array | null, episode: number): void;
  readonly rows: number;
  /** What it adds to each file. */
  bytes(): Map<string, Uint8Array>;
}

export interface Layout {
  readonly columns: readonly ColumnSpec[];
  table(): Table;
}

/** The columns that episodes of an environment have. */
export function layoutOf({ observationSpace, actionSpace, actionMasks }: Env): Layout {
  const observed = sourcesOf('observation', observationSpace);
  const done = sourcesOf('action', actionSpace);
  const width = actionMasks ? widthOfMask(actionSpace) : 0;
  const masks: ColumnSpec[] = width > 0 ? [{ name: 'mask', dtype: 'uint8', shape: [width], set: false }] : [];
  const columns = [...observed, ...done].map(({ spec }) => spec).concat(masks, SCALARS);

  function table(): Table {
    const values = new Map(columns.map(({ name }) => [name, [] as number[]]));
    const sizes = new Map(columns.filter(({ set }) => set).map(({ name }) => [name, [] as number[]]));
    let rows = 0;
    const put = (spec: ColumnSpec, value: unknown): void => {
      const numbers = typeof value === 'number' ? [value] : (value as ArrayLike<number>);
      const column = values.get(spec.name) as number[];
      for (let k = 0; k < numbers.length; k++) column.push(numbers[k]);
      if (spec.set) sizes.get(spec.name)?.push(numbers.length / sizeOf(spec));
    };
    const add = (observation: unknown, mask: Uint8Array | null, scalars: Scalars): void => {
      for (const { spec, find } of observed) put(spec, find(observation));
      if (width > 0) put(masks[0], mask);
      for (const spec of SCALARS) put(spec, scalars[spec.name as keyof Scalars]);
      rows++;
    };
    return {
      add(observation, mask, action, scalars) {
        add(observation, mask, scalars);
        for (const { spec, find } of done) put(spec, find(action));
      },
      end(observation, mask, episode) {
        const nothing = { logPropensity: 0, atom: 0, reward: 0, elapsed: 0, terminated: 0, truncated: 0 };
        add(observation, mask, { ...nothing, episode, last: 1 });
        for (const { spec } of done) put(spec, new Array<number>(spec.set ? 0 : sizeOf(spec)).fill(0));
      },
      get rows() {
        return rows;
      },
      bytes() {
        const files = new Map<string, Uint8Array>();
        for (const { name, dtype, set } of columns) {
          files.set(fileOf(name), toBytes(dtype, values.get(name) as number[]));
          if (set) files.set(rowsFileOf(name), toBytes('int32', sizes.get(name) as number[]));
        }
        return files;
      },
    };
  }

  return { columns, table };
}

/** Choices that a mask tells of. */
function widthOfMask(space: Space): number {
  if (space.type === 'Discrete' && space.flatSize !== null) return space.flatSize;
  throw new Error(`${space}: masks of it cannot be kept as a column`);
}
