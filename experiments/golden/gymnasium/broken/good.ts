/** A correct environment, and environments that depart from it in one point. */
import type { Env } from '../../../../env/gym/env.js';
import { createEnv, type Kernel } from '../../../../env/gym/kernel.js';
import { box } from '../../../../env/gym/spaces/box.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import type { Stream } from '../../../../env/random.js';

type Loose = Kernel<unknown, unknown, unknown>;

/** Steps of an episode. */
const LENGTH = 10;

/** Three random numbers a step, reward 1, ten steps an episode. @param change what is otherwise */
export function goodKernel(random: Stream, change: Partial<Loose> = {}): Loose {
  const observationSpace = box(-10, 10, { shape: [3] }) as Space;
  const actionSpace = (change.actionSpace ?? discrete(4)) as Space;
  let t = 0;
  const observe: Loose['begin'] = (out, row) =>
    observationSpace.write(
      out.observation,
      row,
      Float32Array.from({ length: 3 }, () => 2 * random.next() - 1),
    );
  return {
    observationSpace,
    actionSpace,
    begin(out, row, options) {
      t = 0;
      observe(out, row, options);
    },
    advance(action, out, row) {
      if (!actionSpace.contains(action)) throw new Error(`${String(action)} is no action of ${actionSpace}`);
      t++;
      observe(out, row, {});
      out.reward[row] = 1;
      out.terminated[row] = t >= LENGTH ? 1 : 0;
      out.truncated[row] = 0;
    },
    info: () => ({ t }),
    ...change,
  };
}

export const goodEnv = (change: Partial<Loose> = {}, renderMode: string | null = null): Env =>
  createEnv((random) => goodKernel(random, change), { renderMode });

/** The environment with other members, and without the allocation-free path. */
export function vary(env: Env, members: Readonly<Record<string, unknown>>): Env {
  const others = { resetInto: undefined, stepInto: undefined, ...members };
  const varied: Env = Object.create(env, Object.getOwnPropertyDescriptors(others));
  Object.defineProperty(varied, 'unwrapped', { get: () => varied });
  return varied;
}

/** A good environment whose results of `reset` are changed. */
export function varyReset(change: (result: [Float32Array, Record<string, unknown>]) => unknown): Env {
  const env = goodEnv();
  return vary(env, { reset: (how?: object) => change(env.reset(how) as never) });
}

type Five = [Float32Array, number, boolean, boolean, Record<string, unknown>];

/** A good environment whose results of `step` are changed. */
export function varyStep(change: (result: Five) => unknown, env: Env = goodEnv()): Env {
  return vary(env, { step: (action: unknown) => change(env.step(action) as Five) });
}

/** A good environment that shows another value of another space. */
export function showing(observationSpace: Space, value: (moment: 'reset' | 'step') => unknown): Env {
  const env = goodEnv();
  return vary(env, {
    observationSpace,
    reset: (how?: object) => [value('reset'), env.reset(how)[1]],
    step(action: unknown) {
      const [, ...rest] = env.step(action);
      return [value('step'), ...rest];
    },
  });
}
