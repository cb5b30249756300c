/** Learning end to end: PPO on CartPole as Stable-Baselines3 does it by default, environments and updates included. */
import type { LearnProgress } from '../../agents/learners/learner.js';
import { ppo } from '../../agents/learners/ppo.js';
import { cartPoleV1 } from './cart-pole.js';
import type { Bench, Figure } from './figure.js';
import { timingOf } from './measure.js';

/** Four iterations of 2,048 steps in eight environments. */
const STEPS = 65_536;
const REPEATS = 3;
/**
 * Steps per CPU second of Stable-Baselines3 2.9.2 (PyTorch 2.15, one thread) with the same networks, batches and epochs, on a shared
 * Xeon with AVX-512: on another machine the ratio is a guess.
 */
const PEER = 2_790;
const FASTER = 5;

export const learning: Bench = {
  name: 'learners',
  async run() {
    const micros: number[] = [];
    let spent: LearnProgress['spent'] = { act: 0, env: 0, update: 0 };
    for (let round = 0; round <= REPEATS; round++) {
      const before = process.cpuUsage();
      await ppo(cartPoleV1, {
        seed: 1,
        steps: round === 0 ? STEPS / 4 : STEPS, // the first compiles
        onProgress: (progress) => {
          spent = progress.spent;
        },
      });
      const { user, system } = process.cpuUsage(before);
      if (round > 0) micros.push(user + system);
    }
    const { median, min } = timingOf(micros);
    const all = spent.act + spent.env + spent.update;
    const share = (part: number): string => `${Math.round((100 * part) / all)} %`;
    const figure: Figure = {
      name: 'PPO on CartPole-v1',
      value: (1000 * STEPS) / median,
      best: (1000 * STEPS) / min,
      unit: 'k steps/s',
      target: { least: (FASTER * PEER) / 1000 },
      detail: `2×64 tanh, 8 environments, 10 epochs of 64: act ${share(spent.act)}, env ${share(spent.env)}, update ${share(spent.update)}; per CPU second`,
    };
    return [figure];
  },
};
