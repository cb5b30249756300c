/** Small environments whose best behaviour is known. */

import type { Agent } from '../../../agents/learners/agent.js';
import type { MakeEnv } from '../../../agents/learners/learner.js';
import { createEnv, type Kernel } from '../../../env/gym/kernel.js';
import { box } from '../../../env/gym/spaces/box.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';

const CELLS = 6;

/**
 * A corridor of six cells, seen one-hot: 0 goes left, 2 right, 1 is forbidden except in the middle, where it stays. The right end pays 1,
 * the left .2. A step takes one second, in the odd cells two. Cut off after 40 steps.
 */
export const corridor: MakeEnv = () =>
  createEnv<Float32Array, number, Float32Array>((random): Kernel<Float32Array, number, Float32Array> => {
    let cell = 0;
    let steps = 0;
    const show = (observation: Float32Array, row: number): void => {
      for (let k = 0; k < CELLS; k++) observation[row * CELLS + k] = k === cell ? 1 : 0;
    };
    return {
      observationSpace: box(0, 1, { shape: [CELLS] }),
      actionSpace: discrete(3),
      maskWidth: 3,
      mask(into, from) {
        into.set([1, cell === 3 ? 1 : 0, 1], from);
      },
      begin({ observation }, row) {
        steps = 0;
        cell = 1 + Math.floor((CELLS - 2) * random.next());
        show(observation, row);
      },
      advance(action, out, row) {
        if (action === 1 && cell !== 3) throw new Error('action 1 is forbidden here');
        out.elapsed[row] = 1 + (cell % 2);
        cell += action - 1;
        out.terminated[row] = cell === 0 || cell === CELLS - 1 ? 1 : 0;
        out.truncated[row] = ++steps === 40 ? 1 : 0;
        out.reward[row] = cell === 0 ? 0.2 : cell === CELLS - 1 ? 1 : 0;
        show(out.observation, row);
      },
    };
  });

/** What cells 1 … 4 of the corridor are worth to who always goes right. */
export const corridorValues = (discount: number): number[] => [discount ** 5, discount ** 3, discount ** 2, 1];

export const oneHot = (cell: number): Float32Array =>
  Float32Array.from({ length: CELLS }, (_, k) => (k === cell ? 1 : 0));

/** Shows a number and a half, pays −(action − number)²: one step an episode. */
export const follow: MakeEnv = () =>
  createEnv<Float32Array, Float32Array, Float32Array>((random): Kernel<Float32Array, Float32Array, Float32Array> => {
    let wanted = 0;
    return {
      observationSpace: box(-1, 1, { shape: [2] }),
      actionSpace: box(-1, 1, { shape: [1] }),
      begin({ observation }, row) {
        wanted = 1.6 * random.next() - 0.8;
        observation.set([wanted, 0.5], 2 * row);
      },
      advance([action], out, row) {
        out.reward[row] = -((action - wanted) ** 2);
        out.terminated[row] = 1;
        out.truncated[row] = 0;
      },
    };
  });

/** Pays 3 a second for ever, in steps of half a second; cut off after four. Nothing can be done about it. */
export const annuity: MakeEnv = () =>
  createEnv<Float32Array, number, Float32Array>((): Kernel<Float32Array, number, Float32Array> => {
    let steps = 0;
    return {
      observationSpace: box(0, 1, { shape: [1] }),
      actionSpace: discrete(2),
      begin() {
        steps = 0;
      },
      advance(_, out, row) {
        steps++;
        out.reward[row] = 1.5;
        out.elapsed[row] = 0.5;
        out.terminated[row] = 0;
        out.truncated[row] = steps === 4 ? 1 : 0;
      },
    };
  });

/** Shows a choice instead of numbers. */
export const blind: MakeEnv = () =>
  createEnv<number, number, Int32Array>(() => ({
    observationSpace: discrete(2),
    actionSpace: discrete(2),
    begin() {},
    advance() {},
  }));

/** Mean return of the likeliest actions over some episodes. */
export function evaluate(makeEnv: MakeEnv, agent: Agent, episodes: number): number {
  const env = makeEnv(0);
  let sum = 0;
  for (let seed = 1; seed <= episodes; seed++) {
    let [seen, info] = env.reset({ seed: 1e6 + seed });
    for (let over = false; !over; ) {
      const step = env.step(agent.act(seen as Float32Array, info.action_mask as Uint8Array | undefined));
      sum += step[1];
      over = step[2] || step[3];
      seen = step[0];
      info = step[4];
    }
  }
  env.close();
  return sum / episodes;
}

/** PPO with which toys are learned in a second or two. */
export const quick = {
  envs: 8,
  rollout: 32,
  batch: 64,
  epochs: 8,
  rate: 3e-3,
  discount: 0.9,
  network: { kind: 'mlp', hidden: [32] },
} as const;
