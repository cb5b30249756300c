/** Every task of the catalogue with few requests, and agents that act in it. */
import type { Env, Info } from '../../../env/gym/env.js';
import { type Stream, stream } from '../../../env/random.js';
import type { Summary } from '../../../env/serving/summary.js';
import { tasks } from '../../../env/tasks/catalogue.js';
import type { ServingEnv } from '../../../env/tasks/serving-env.js';
import type { TaskNames } from '../../../experiments/tasks/names.js';
import { openNamedTask } from '../../../experiments/tasks/open.js';

export const ids = Object.keys(tasks);

/** Tasks whose actions name requests, in the form with slots where there are two. */
export const forms: readonly (readonly [form: string, id: string, names: TaskNames])[] = ids.flatMap((id) => {
  const plain = [id, id, Object.hasOwn(tasks[id].parameters, 'periodS') ? { periodS: 0.3 } : {}] as const;
  return Object.hasOwn(tasks[id].parameters, 'span')
    ? [plain, [`${id} with slots`, id, { slots: 6 }] as const]
    : [plain];
});

export type Small = ServingEnv<unknown, unknown, unknown>;

/** Crowded from the start: as many requests as an engine can hold come in a short time. */
export const smallTask = (id: string, names: TaskNames = {}): Small =>
  openNamedTask(id, { requests: 40, load: 2, beliefs: 'running-mean+posterior', ...names });

/** A legal action; of a set one row for each of up to 40 requests. */
export function someAction(env: Env, random: Stream): unknown {
  const mask = env.actionMasks?.();
  if (mask !== undefined) return env.actionSpace.sample({ random, mask });
  const action = env.actionSpace.sample({ random });
  if (!isSet(action)) return action;
  const heads = headsOf(env);
  return { ...action, requests: Float32Array.from({ length: 40 * heads }, () => Math.fround(2 * random.next() - 1)) };
}

/** Changes nothing of the heuristic; only of tasks with heads. */
export function zeroAction(env: Env): unknown {
  const action = env.actionSpace.sample();
  if (action instanceof Float32Array) return action.fill(0);
  if (!isSet(action)) throw new Error(`${env.actionSpace} has no zero`);
  return { engine: action.engine.fill(0), requests: action.requests.fill(0) };
}

const isSet = (action: unknown): action is { engine: Float32Array; requests: Float32Array } =>
  typeof action === 'object' && action !== null && 'requests' in action;

/** Numbers of a row of `requests`. */
const headsOf = (env: Env): number =>
  (env.actionSpace as unknown as { spaces: { requests: { space: { shape: number[] } } } }).spaces.requests.space
    .shape[0];

export interface Played {
  /** As JSON. */
  readonly observations: unknown[];
  readonly rewards: number[];
  /** Seconds of the episode's clock at each question. */
  readonly times: number[];
  /** Of the last step. */
  readonly info: Info;
  readonly summary: Summary;
}

type Act = (env: Small, k: number) => unknown;

/** One episode from `reset` to its end. */
export function play(env: Small, act: Act, how: Parameters<Env['reset']>[0] = { seed: 1 }): Played {
  const [observation, info] = env.reset(how);
  const rest = playOn(env, act);
  return {
    ...rest,
    observations: [env.observationSpace.valueToJson(observation), ...rest.observations],
    times: [info.now as number, ...rest.times],
  };
}

/** The rest of an episode. @param from the how-manieth question is open */
export function playOn(env: Small, act: Act, from = 0): Played {
  const played = { observations: [] as unknown[], rewards: [] as number[], times: [] as number[] };
  for (let k = from; ; k++) {
    const [observation, reward, terminated, truncated, info] = env.step(act(env, k));
    played.observations.push(env.observationSpace.valueToJson(observation));
    played.rewards.push(reward);
    played.times.push(info.now as number);
    if (terminated || truncated) return { ...played, info, summary: info.summary as Summary };
  }
}

/** Acts at random, the same in every episode. */
export const atRandom =
  (seed: number): Act =>
  (env, k) =>
    someAction(env, stream(seed, `action ${k}`));
