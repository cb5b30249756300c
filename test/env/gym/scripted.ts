/** Environments and policies for worker threads, which find them by their names. */
import type { Env } from '../../../env/gym/env.js';
import { createEnv } from '../../../env/gym/kernel.js';
import { box } from '../../../env/gym/spaces/box.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';
import { text } from '../../../env/gym/spaces/text.js';
import type { RowPolicy } from '../../../env/gym/vector/roll.js';

interface Options {
  /** Environment and step that fail. */
  readonly fails?: readonly [index: number, step: number];
}

/**
 * Environment i: episodes of 3 + i steps that terminate, every third is truncated as well. It shows [i, episode, step] and a
 * random number; action a earns a; action `step % 3` is illegal; a step takes step / 10 seconds.
 */
export const scripted = (index: number, { fails }: Options = {}): Env<Float32Array, number, Float32Array> =>
  createEnv((random) => {
    let episode = -1;
    let step = 0;
    return {
      observationSpace: box(0, 1000, { shape: [4] }),
      actionSpace: discrete(3),
      maskWidth: 3,
      begin(out, row) {
        episode++;
        step = 0;
        out.observation.set([index, episode, 0, random.next()], 4 * row);
      },
      advance(action, out, row) {
        step++;
        if (fails?.[0] === index && fails[1] === step) throw new RangeError(`step ${step} fails`);
        if (![0, 1, 2].includes(action)) throw new Error(`action is ${action}, expected 0, 1 or 2`);
        out.observation.set([index, episode, step, random.next()], 4 * row);
        out.reward[row] = action;
        out.elapsed[row] = step / 10;
        out.terminated[row] = step === 3 + index ? 1 : 0;
        out.truncated[row] = step === 3 + index && episode % 3 === 2 ? 1 : 0;
      },
      mask(into, from) {
        for (let a = 0; a < 3; a++) into[from + a] = a === step % 3 ? 0 : 1;
      },
      info: () => ({ step, elapsed: step / 10, ...(step === 1 ? { first: `of ${episode}` } : {}) }),
    };
  });

/** What it shows has no fixed size. */
export const words = (): Env =>
  createEnv(() => ({
    observationSpace: text(5),
    actionSpace: discrete(2),
    begin(out, row) {
      out.observation[row] = 'a';
    },
    advance(_action, out, row) {
      out.observation[row] = 'b';
    },
  })) as Env;

/** Ends the thread it is in. */
export const deadly = (): Env => {
  const env = scripted(0);
  env.stepInto = () => process.exit(3);
  return env as Env;
};

/** Never comes back from a step. */
export const hanging = (): Env => {
  const env = scripted(0);
  env.stepInto = () => {
    for (;;);
  };
  return env as Env;
};

/** Draws among the legal actions, `prefer` first if it is sent and legal. */
export const legal = (): RowPolicy<number, Float32Array, { readonly prefer: number } | null> => {
  let prefer = -1;
  return {
    prepare(parameters) {
      prefer = parameters?.prefer ?? -1;
    },
    act({ mask }, row, random) {
      const allowed = [0, 1, 2].filter((a) => mask?.[3 * row + a] === 1);
      return allowed.includes(prefer) ? prefer : allowed[Math.floor(random.next() * allowed.length)];
    },
  };
};
