/** The contract of an environment: Gymnasium's, in TypeScript, with an allocation-free path beside it. */
import type { Seed, Stream } from '../random.js';
import type { Columns } from './columns.js';
import type { Space } from './spaces/space.js';
import type { EnvSpec } from './spec.js';

/** What a step says beside its numbers. A fresh object each time. */
export type Info = Record<string, unknown>;

export interface ResetOptions {
  /** Begins the environment's random stream anew; without it the stream goes on. */
  readonly seed?: Seed | null;
  /** The environment's own options. */
  readonly options?: Readonly<Record<string, unknown>> | null;
}

export type ResetResult<O> = [observation: O, info: Info];
/** `terminated`: the task ended, what follows is worth nothing. `truncated`: cut off from outside, bootstrap from the observation. Both can be. */
export type StepResult<O> = [observation: O, reward: number, terminated: boolean, truncated: boolean, info: Info];

/** What `render` gives: text, an SVG or PNG, an array of pixels, a list of frames; null where there is nothing to see. */
export type Frame = string | Uint8Array | readonly Frame[] | null;

export interface Metadata {
  readonly renderModes: readonly string[];
  /** Frames a second; null: it does not matter. */
  readonly renderFps: number | null;
  readonly [field: string]: unknown;
}

/**
 * An environment: `reset`, then `step` until `terminated` or `truncated`. O are its observations, A its actions, B what a batch of
 * observations is stored in. Whatever `reset` and `step` return is the caller's to keep.
 */
export interface Env<O = unknown, A = unknown, B = unknown> {
  readonly observationSpace: Space<O, B>;
  readonly actionSpace: Space<A>;
  readonly metadata: Metadata;
  readonly renderMode: string | null;
  /** How it was made; null if not by `make`. Set by `make`. */
  spec: EnvSpec | null;
  /** Its random stream, and the seed it began with (null before the first reset with one). */
  readonly random: Stream;
  readonly randomSeed: Seed | null;
  /** The environment inside all wrappers; itself if there are none. */
  readonly unwrapped: Env;
  /** What a wrapper wraps. */
  readonly inner?: Env;

  /** Begins an episode. */
  reset(how?: ResetOptions): ResetResult<O>;
  step(action: A): StepResult<O>;
  /** @throws Error if no render mode was chosen when it was made */
  render(): Frame;
  /** Frees what it holds; a second call does nothing. */
  close(): void;

  /** Legal actions now: 1 or 0 for each, in the form that `actionSpace.sample({ mask })` takes. Only environments with masks have it. */
  actionMasks?(): Uint8Array;
  /** The same as `reset` and `step`, written into a row of columns: no allocation. */
  resetInto?(out: Columns<B>, row: number, how?: ResetOptions): void;
  stepInto?(action: A, out: Columns<B>, row: number): void;
  /** A copy with the same future: the same actions give the same results. */
  fork?(): Env<O, A, B>;
}

export const NO_METADATA: Metadata = { renderModes: [], renderFps: null };
