/** A correct environment with everything there is: masks, a clock of its own, a fork; and kernels that depart from it in one point. */
import type { Env } from '../../../../env/gym/env.js';
import { createEnv, type Kernel } from '../../../../env/gym/kernel.js';
import { box } from '../../../../env/gym/spaces/box.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import type { Stream } from '../../../../env/random.js';

export type CountingKernel = Kernel<Float32Array, number, Float32Array>;

interface State {
  readonly t: number;
  readonly time: number;
  readonly luck: number;
}

const LENGTH = 12;

/** Seconds of a step: uneven, and none at all in every fourth. */
const spanOf = (t: number): number => (t % 4) / 2;

/** Counts steps; of four actions, the one whose turn it is is illegal. */
export function countingKernel(random: Stream, state: State = { t: 0, time: 0, luck: 0 }): CountingKernel {
  const observationSpace = box(0, 1000, { shape: [3] });
  const actionSpace = discrete(4);
  let { t, time, luck } = state;
  const observe: CountingKernel['begin'] = ({ observation }, row) => {
    observation[3 * row] = t;
    observation[3 * row + 1] = time;
    observation[3 * row + 2] = luck;
  };
  return {
    observationSpace,
    actionSpace,
    maskWidth: 4,
    begin(out, row, options) {
      t = time = 0;
      luck = random.next();
      observe(out, row, options);
    },
    advance(action, out, row) {
      if (!actionSpace.contains(action)) throw new Error(`${String(action)} is no action of ${actionSpace}`);
      if (action === t % 4) throw new Error(`action ${action} is illegal now`);
      t++;
      time += spanOf(t);
      luck = random.next() + action;
      observe(out, row, {});
      out.reward[row] = -spanOf(t);
      out.elapsed[row] = spanOf(t);
      out.terminated[row] = t >= LENGTH ? 1 : 0;
      out.truncated[row] = 0;
    },
    mask(into, from) {
      for (let k = 0; k < 4; k++) into[from + k] = k === t % 4 ? 0 : 1;
    },
    info: () => ({ time, elapsed: spanOf(t) }),
    fork: (twin) => countingKernel(twin, { t, time, luck }),
  };
}

/** @param change members that are otherwise, given the kernel that they depart from */
export const countingEnv = (
  change: (kernel: CountingKernel, random: Stream) => Partial<CountingKernel> = () => ({}),
): Env<Float32Array, number, Float32Array> =>
  createEnv((random) => {
    const kernel = countingKernel(random);
    return { ...kernel, ...change(kernel, random) };
  });
