/** The contract of several environments that are stepped together: Gymnasium's vector environments, with an allocation-free path beside them. */
import type { Seed } from '../../random.js';
import type { Columns } from '../columns.js';
import type { Env, Frame, Info, Metadata } from '../env.js';
import type { Space } from '../spaces/space.js';
import type { EnvSpec } from '../spec.js';

/**
 * When an environment whose episode ended begins the next one: in the next `step` (its action is ignored, the reward is 0),
 * inside the step that ended it (the final observation is in `finals` and `info.final_obs`), or only by `reset`.
 */
export type AutoresetMode = 'next-step' | 'same-step' | 'disabled';

export interface VectorResetOptions {
  /** For environment i: a number s gives s + i, a word w gives `w/i`, a list its i-th (null: the stream goes on). */
  readonly seed?: Seed | readonly (Seed | null)[] | null;
  /** Go to every environment, except `reset_mask`: a Uint8Array, 1 = this environment is reset, at least one of them. */
  readonly options?: Readonly<Record<string, unknown>> | null;
}

/** Observations, rewards, terminated, truncated (1 or 0) of every environment, and their infos merged (see `mergeInfos`). */
export type VectorStepResult<B> = [
  observations: B,
  rewards: Float64Array,
  terminated: Uint8Array,
  truncated: Uint8Array,
  infos: Info,
];

/**
 * `count` environments of one kind. O and A are observation and action of one, B what a batch of observations is stored in,
 * Actions a batch of actions: an Int32Array for Discrete, rows in one typed array for Box, see `Space.createBatch`.
 */
export interface VectorEnv<O = unknown, A = unknown, B = unknown, Actions = unknown> {
  readonly count: number;
  readonly singleObservationSpace: Space<O, B>;
  readonly singleActionSpace: Space<A>;
  readonly observationSpace: Space<B>;
  readonly actionSpace: Space<Actions>;
  readonly autoreset: AutoresetMode;
  /** Those of the environments, and `autoresetMode`. */
  readonly metadata: Metadata;
  spec: EnvSpec | null;
  /** The environments themselves, where they live in this thread. */
  readonly envs?: readonly Env[];
  /** What a wrapper wraps. */
  readonly inner?: VectorEnv;
  /** 1 = the episode is over and waits for its reset. A wrapper that cuts an episode off writes it too. */
  readonly over: Uint8Array;
  /** Under `same-step`, the last step of each episode that ended in the last call: row i holds if its flags in that call do. Null under other modes. */
  readonly finals: Columns<B> | null;

  /** Begins episodes in all environments, or in those of `options.reset_mask`; the others keep their observation. */
  reset(how?: VectorResetOptions): [observations: B, infos: Info];
  /** @throws Error if there are not `count` actions, or under `disabled` if an environment waits for its reset */
  step(actions: Actions): VectorStepResult<B>;
  /** The same, written to the rows of columns; without `reset_mask` nothing else, with it only those rows. */
  resetInto(out: Columns<B>, how?: VectorResetOptions): void;
  stepInto(actions: Actions, out: Columns<B>): void;

  /** Legal actions of each environment, one after the other. Only environments with masks have it. */
  actionMasks?(): Uint8Array;
  /** A frame of each. */
  render(): readonly Frame[];
  close(): void;
}
