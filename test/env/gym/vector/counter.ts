/** An environment whose observation is the step of its episode. */
import type { Env } from '../../../../env/gym/env.js';
import { createEnv } from '../../../../env/gym/kernel.js';
import { box } from '../../../../env/gym/spaces/box.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';

/** Episodes of `length` steps; the reward is 10 · episode + step; infos tell the action that was carried out. */
export function counter(
  length: number,
  end: 'terminated' | 'truncated' = 'terminated',
): Env<Float32Array, number, Float32Array> {
  return createEnv(() => {
    let episode = -1;
    let step = 0;
    let told: Record<string, unknown> = {};
    return {
      observationSpace: box(0, 1000, { shape: [1] }),
      actionSpace: discrete(100),
      begin(out, row, options: Readonly<Record<string, unknown>>) {
        episode++;
        step = 0;
        told = { episode, ...options };
        out.observation[row] = 0;
      },
      advance(action: number, out, row) {
        step++;
        told = { action };
        out.observation[row] = step;
        out.reward[row] = 10 * episode + step;
        const ended = step >= length ? 1 : 0;
        out.terminated[row] = end === 'terminated' ? ended : 0;
        out.truncated[row] = end === 'truncated' ? ended : 0;
      },
      info: () => ({ ...told }),
    };
  }) as Env<Float32Array, number, Float32Array>;
}

/** The same without rows of columns: the vector goes by its tuples. */
export function tupleOnly<O, A, B>(env: Env<O, A, B>): Env<O, A, B> {
  const { resetInto, stepInto, ...rest } = env;
  return rest;
}
