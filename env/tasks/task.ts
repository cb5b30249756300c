/** What a task is: a question about scheduling, as an environment. One file each; its docblock is its page. */
import type { Parameters, Values, ValuesOf } from '../parameters.js';
import type { Scheduler } from '../serving/policy.js';
import type { Rules } from '../serving/rules.js';
import type { Slo } from '../serving/slo.js';
import type { Codec } from './codec.js';
import type { Heads } from './heads.js';
import { createServingEnv, type ServingEnv } from './serving-env.js';
import type { TaskOptions, World } from './world.js';

/** Where a task is played unless told otherwise, by name: `experiments/tasks` makes objects of them. */
export interface TaskDefaults {
  /** A named setting: requests, engine, hardware, load. */
  readonly setting: string;
  /** Of the setting's capacity [the setting's]. */
  readonly load?: number;
  /** A preset instead of the setting's engine, and rules that differ from it [the setting's]. */
  readonly engine?: string;
  readonly rules?: Partial<Rules>;
  /** What is believed about length and acceptance. */
  readonly beliefs: string;
  /** The heuristic that the agent adds to, or that decides what it does not. */
  readonly base: string;
  readonly reward: string;
}

/** Objects that a codec is made of. */
export interface TaskParts {
  readonly world: Pick<World, 'rules'>;
  readonly base: () => Scheduler;
  /** Heuristics to choose among, for tasks that do. */
  readonly heuristics: readonly (() => Scheduler)[];
}

/** O, A, B: observations, actions, batches of observations. */
export interface Task<O = unknown, A = unknown, B = unknown, P extends Parameters = Parameters> {
  /** `Name-vN`. */
  readonly id: string;
  /** One line. */
  readonly summary: string;
  /** What is to be found out. */
  readonly question: string;
  /** When the agent is asked. */
  readonly asked: string;
  /** Schedulers to beat, by name. */
  readonly baselines: readonly string[];
  readonly defaults: TaskDefaults;
  /** By name, of tasks whose agent chooses among heuristics. */
  readonly heuristics?: readonly string[];
  /** Of tasks whose agent adds to a heuristic: what it may add. */
  readonly heads?: Heads;
  readonly parameters: P;
  /** What is promised by service class, where that is the task's to say [the setting's]. */
  promises?(values: ValuesOf<P>): readonly Slo[];
  /** Makes codecs. @throws Error if the world is not one for this task */
  codec(parts: TaskParts, values: ValuesOf<P>): () => Codec<O, A, B>;
}

/** A task with its types as they are; `Task` alone for lists of them. */
export const task = <O, A, B, const P extends Parameters>(of: Task<O, A, B, P>): Task<O, A, B, P> => of;

export interface OpenTask extends TaskOptions {
  readonly base: () => Scheduler;
  readonly heuristics?: readonly (() => Scheduler)[];
}

/** The environment of a task in a world. @throws Error if an option or the world does not fit */
export const openTask = <O, A, B, P extends Parameters>(
  of: Task<O, A, B, P>,
  world: World,
  values: ValuesOf<P> | Values,
  { base, heuristics = [], ...options }: OpenTask,
): ServingEnv<O, A, B> => {
  const own = promisedWorld(of, world, values);
  return createServingEnv(own, of.codec({ world: own, base, heuristics }, values as ValuesOf<P>), options);
};

/** The world with the promises of the task, if it has its own. */
export const promisedWorld = <O, A, B, P extends Parameters>(
  of: Task<O, A, B, P>,
  world: World,
  values: ValuesOf<P> | Values,
): World => (of.promises ? { ...world, promises: of.promises(values as ValuesOf<P>) } : world);
