/** The same script of actions through the tuple API, through columns, and through vector environments: what came out, as JSON lines. */
import { type Columns, createColumns } from '../../../../env/gym/columns.js';
import type { Env, Info } from '../../../../env/gym/env.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import type { VectorEnv } from '../../../../env/gym/vector/vector-env.js';
import { stream } from '../../../../env/random.js';

const STEPS = 40;

/** Actions drawn from a space. */
export function actionsFor(space: Space, seed: number, steps = STEPS): unknown[] {
  const random = stream(seed, 'script');
  return Array.from({ length: steps }, () => space.sample({ random }));
}

const line = (space: Space, x: unknown, reward: number, terminated: unknown, truncated: unknown): string =>
  JSON.stringify([space.valueToJson(x), reward, Number(terminated), Number(truncated)]);

const episodeOf = (info: Info): unknown => {
  const { r, l } = (info.episode ?? {}) as { r?: number; l?: number };
  return r === undefined ? '' : ` ${r} ${l}`;
};

/** A step after an end resets. */
export function playTuples(env: Env, actions: readonly unknown[], seed: number): string[] {
  const { observationSpace: space } = env;
  const lines = [line(space, env.reset({ seed })[0], 0, 0, 0)];
  let over = false;
  for (const action of actions) {
    if (over) {
      over = false;
      lines.push(line(space, env.reset()[0], 0, 0, 0));
      continue;
    }
    const [x, reward, terminated, truncated, info] = env.step(action);
    lines.push(line(space, x, reward, terminated, truncated) + episodeOf(info));
    over = terminated || truncated;
  }
  return lines;
}

const rowLine = (space: Space, { observation, reward, terminated, truncated }: Columns, row: number): string =>
  line(space, space.read(observation, row), reward[row], terminated[row], truncated[row]);

/** The same in row 2 of columns that have 3, with masks if the environment has them. */
export function playInto(env: Env, actions: readonly unknown[], seed: number): string[] {
  const { observationSpace: space } = env;
  const out = createColumns(space, 3, env.actionMasks ? env.actionMasks().length : 0);
  env.resetInto?.(out, 2, { seed });
  const lines = [rowLine(space, out, 2)];
  for (const action of actions) {
    if (out.terminated[2] + out.truncated[2] > 0) env.resetInto?.(out, 2);
    else env.stepInto?.(action, out, 2);
    lines.push(rowLine(space, out, 2));
  }
  return lines;
}

/** Row `row` of a vector environment in which all do the same. */
export function playVector(env: VectorEnv, actions: readonly unknown[], seed: number, row = 0): string[] {
  const { singleObservationSpace: space, singleActionSpace, count } = env;
  const batch = singleActionSpace.createBatch(count);
  const [first] = env.reset({ seed });
  const lines = [line(space, space.read(first, row), 0, 0, 0)];
  for (const action of actions) {
    for (let i = 0; i < count; i++) singleActionSpace.write(batch, i, action);
    const [x, rewards, terminated, truncated, infos] = env.step(batch);
    const { episode, _episode } = infos as { episode?: { r: number[]; l: number[] }; _episode?: Uint8Array };
    const ended = episode && _episode?.[row] ? ` ${episode.r[row]} ${episode.l[row]}` : '';
    lines.push(line(space, space.read(x, row), rewards[row], terminated[row], truncated[row]) + ended);
  }
  return lines;
}

export function playVectorInto(env: VectorEnv, actions: readonly unknown[], seed: number, row = 0): string[] {
  const { singleObservationSpace: space, singleActionSpace, count } = env;
  const batch = singleActionSpace.createBatch(count);
  const out = createColumns(space, count);
  env.resetInto(out, { seed });
  const lines = [rowLine(space, out, row)];
  for (const action of actions) {
    for (let i = 0; i < count; i++) singleActionSpace.write(batch, i, action);
    env.stepInto(batch, out);
    lines.push(rowLine(space, out, row));
  }
  return lines;
}
