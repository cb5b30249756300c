/** Learning end to end: PPO with its environments and updates included, and how the time is shared. */
import type { LearnProgress, MakeEnv } from '../../agents/learners/learner.js';
import { type PpoOptions, ppo } from '../../agents/learners/ppo.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../../env/tasks/features.js';
import { cartPoleV1 } from './cart-pole.js';
import type { Bench, Figure } from './figure.js';
import { timingOf } from './measure.js';
import { pickEnv, SLOTS, serveEnv, worldOfBench } from './tasks.js';

const REPEATS = 3;
/**
 * Steps per CPU second of Stable-Baselines3 2.9.2 (PyTorch 2.15, one thread) with the same networks, batches and epochs, on a shared
 * Xeon with AVX-512: on another machine the ratio is a guess (`peer.ts` measures it where Python has it).
 */
const PEER = 2_790;
export const FASTER = 5;

interface Case {
  readonly name: string;
  readonly makeEnv: MakeEnv;
  /** Of one run: long enough that what compiling costs in the beginning does not count. */
  readonly steps: number;
  readonly options: Omit<PpoOptions, 'seed' | 'steps'>;
  /** k steps/s. */
  readonly least: number;
  readonly how: string;
}

/** PPO on CartPole as Stable-Baselines3 does it by default: four iterations of 2,048 steps in eight environments. */
export const onCartPole = {
  name: 'PPO on CartPole-v1',
  makeEnv: cartPoleV1,
  steps: 65_536,
  options: {},
  least: (FASTER * PEER) / 1000,
  how: '2×64 tanh, 8 environments, 10 epochs of 64',
} as const satisfies Case;

const SHORT = { rollout: 128, batch: 256, epochs: 4 } as const;

function onTasks(): Case[] {
  const world = worldOfBench();
  const slots = { slots: SLOTS, features: REQUEST_FEATURES, shared: ENGINE_FEATURES, heads: 2, forAll: 4 };
  return [
    {
      name: 'PPO on Pick-v0',
      makeEnv: () => pickEnv(world),
      steps: 65_536,
      options: { envs: 16, ...SHORT },
      least: 20,
      how: '2×64 tanh on 522 numbers, 16 environments, 4 epochs of 256',
    },
    {
      name: 'PPO with a shared scorer on Serve-v0',
      makeEnv: () => serveEnv(world, 'event'),
      steps: 32_768,
      options: { envs: 8, ...SHORT, network: { kind: 'scorer', slots, hidden: 16 }, initialLogSd: -1.5 },
      least: 5,
      how: `${SLOTS} requests of 64 in slots, 16 wide, asked on events, 8 environments, 4 epochs of 256`,
    },
  ];
}

export const learning: Bench = {
  name: 'learners',
  async run() {
    const figures: Figure[] = [];
    for (const each of [onCartPole, ...onTasks()]) figures.push(await timed(each));
    return figures;
  },
};

async function timed({ name, makeEnv, steps, options, least, how }: Case): Promise<Figure> {
  const micros: number[] = [];
  let spent: LearnProgress['spent'] = { act: 0, env: 0, update: 0 };
  const onProgress = (progress: LearnProgress): void => {
    spent = progress.spent;
  };
  for (let round = 0; round <= REPEATS; round++) {
    const taken = round === 0 ? steps / 4 : steps; // the first compiles
    const time = await cpuMicrosOf(() => ppo(makeEnv, { ...options, seed: 1, steps: taken, onProgress }));
    if (round > 0) micros.push(time);
  }
  const { median, min } = timingOf(micros);
  const all = spent.act + spent.env + spent.update;
  const share = (part: number): string => `${Math.round((100 * part) / all)} %`;
  return {
    name,
    value: (1000 * steps) / median,
    best: (1000 * steps) / min,
    unit: 'k steps/s',
    target: { least },
    detail: `${how}: act ${share(spent.act)}, env ${share(spent.env)}, update ${share(spent.update)}; per CPU second`,
  };
}

/** µs of CPU until what was begun has ended. */
export async function cpuMicrosOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
