/**
 * What a wrapper is: maps of what goes in and what comes out, row by row, written once. `wrap` puts it around one
 * environment (tuple API and columns), `lift` around a vector environment (every row, partial resets, shared statistics).
 */
import type { Stream } from '../../random.js';
import type { Columns } from '../columns.js';
import type { Env, Frame, Info, Metadata, ResetResult, StepResult } from '../env.js';
import type { Space } from '../spaces/space.js';
import type { EnvSpec } from '../spec.js';
import type { AutoresetMode } from '../vector/vector-env.js';

/** Stands for a type that a wrapper leaves as it is. */
export type Same = { readonly same: unique symbol };
export type Or<New, Old> = [New] extends [Same] ? Old : New;

/** A wrapper as data. O, A and B are the observations, actions and batches that it makes of an environment's; `Same` = left as they are. */
export interface Wrapper<O = Same, A = Same, B = Same> {
  readonly name: string;
  /** What its factory was called with; JSON if no function is among it. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Why it goes around each environment of a vector rather than around the vector; absent: it can be lifted. */
  readonly alone?: string;
  /** What the spec of the wrapped environment says [appended to `additionalWrappers`]. */
  inSpec?(spec: EnvSpec): EnvSpec;
  /** Ties it to what it wraps. @throws Error if the two do not fit */
  bind(inside: Inside): RowKernel;
  /** Holds the type parameters; never there. */
  readonly makes?: [O, A, B];
}

/** What is wrapped, as the wrapper sees it. */
export interface Inside {
  /** 1 for an environment; the number of environments in a vector. */
  readonly rows: number;
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  readonly metadata: Metadata;
  /** Null for one environment. */
  readonly autoreset: AutoresetMode | null;
  /** Steps after which episodes are cut off, by a TimeLimit inside or the spec; null: never. */
  readonly maxEpisodeSteps: number | null;
  /** The environment, if it is one. */
  readonly env: Env | null;
  /** The random stream of the environment of a row. */
  random(row: number): Stream;
  /** Legal actions of a row, if there are masks. */
  mask(row: number): Uint8Array | null;
  render(): Frame;
}

/** Why a row begins an episode: `reset` was called, or the vector's autoreset. */
export type Cause = 'reset' | 'next-step' | 'same-step';

/** What happened to a row in a call: nothing, a step, the begin of an episode, or a step that ended one followed by the begin of the next. */
export const Row = { idle: 0, stepped: 1, begun: 2, ended: 3 } as const;

/** Everything that a wrapper may do; all of it optional. Rows of `state` and of calls are those of `Inside`. Columns have rows of their own: `at` is the first. */
export interface RowKernel {
  /** Spaces of the wrapped environment [those inside]. */
  readonly observationSpace?: Space;
  readonly actionSpace?: Space;
  readonly metadata?: Metadata;
  /** All that it remembers: plain data, replaced as a whole when the environment is forked, so always read through `state`. */
  readonly state?: Record<string, unknown>;
  /** Parts of `state` that `statistics` saves. */
  readonly saved?: readonly string[];

  /** Before a step. @throws Error if it must not be made */
  check?(row: number): void;
  /** Before a reset of the rows marked `begun`. @throws Error if it must not be made */
  checkReset?(rows: Uint8Array): void;
  /** The action that goes inside; borrowed until the next call. */
  action?(action: unknown, row: number): unknown;
  /** Whether the environment is reset where it should be stepped. */
  instead?(row: number): boolean;
  /** After the step inside: whether the same action goes in once more. */
  again?(numbers: Columns, at: number, row: number): boolean;
  /** An episode begins. */
  begin?(row: number, cause: Cause): void;
  /** Statistics over all rows of a call, before any of them comes out. @param rows `Row`, one a row */
  gather?(inner: Columns, at: number, rows: Uint8Array): void;
  /** Reward, flags and time of a step on their way out, changed in place. */
  step?(numbers: Columns, at: number, row: number): void;
  /** An observation on its way out, from row i of one batch to row o of another. @param first it begins an episode */
  observe?(from: Columns, i: number, to: Columns, o: number, row: number, first: boolean): void;
  /** What a row's info says beside; null: nothing. */
  tell?(row: number): Info | null;
  /** After a call, once for all rows. */
  done?(rows: Uint8Array): void;
  /** Looks at what the environment itself returned. */
  sawReset?(result: ResetResult<unknown>): void;
  sawStep?(result: StepResult<unknown>): void;
  render?(inner: () => Frame): Frame;
  /** Legal actions outside [those inside; none if the action space changes]. */
  masks?(row: number): Uint8Array;
}

export type AnyWrapper = Wrapper<unknown, unknown, unknown>;

/** What wrapped environments have beside the contract. */
export interface Layer {
  readonly wrapper: AnyWrapper;
  readonly state: Record<string, unknown>;
  readonly saved: readonly string[];
}

interface Wrapped {
  readonly inner?: Wrapped;
}

/** The wrappers around an environment or a vector environment, from the outermost inwards. */
export function layersOf(env: Wrapped): Layer[] {
  const layers: Layer[] = [];
  for (let at: Wrapped | undefined = env; at !== undefined; at = at.inner)
    if ('wrapper' in at) layers.push(at as Layer);
  return layers;
}

/** What the outermost wrapper of a name remembers. @throws Error if there is none */
export function stateOf(env: Wrapped, name: string): Record<string, unknown> {
  const layer = layersOf(env).find(({ wrapper }) => wrapper.name === name);
  if (layer) return layer.state;
  const names = layersOf(env).map(({ wrapper }) => wrapper.name);
  throw new Error(`no ${name} around this environment; there are ${names.join(', ') || 'none'}`);
}
