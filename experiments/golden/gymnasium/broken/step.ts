/** Faults in `step`. */

import { createEnv } from '../../../../env/gym/kernel.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import type { Faults } from './fault.js';
import { goodEnv, goodKernel, vary, varyStep } from './good.js';

const rewarding = (reward: unknown) => () => varyStep(([x, , ...rest]) => [x, reward, ...rest]);
const telling = (info: object) => () =>
  varyStep(([x, reward, over, cut, old]) => [x, reward, over, cut, { ...old, ...info }]);

export const stepFaults: Faults = {
  'step-four': ['step-five', () => varyStep(([x, reward, over, , info]) => [x, reward, over, info])],
  'step-six': ['step-five', () => varyStep((result) => [...result, 0])],
  'step-obs-outside': ['step-observation', () => varyStep(([x, ...rest]) => [x.map((v) => v + 50), ...rest])],
  'step-obs-nan': ['step-observation', () => varyStep(([x, ...rest]) => [x.map(() => Number.NaN), ...rest])],
  'step-obs-dtype': ['step-observation', () => varyStep(([x, ...rest]) => [Float64Array.from(x), ...rest])],
  'reward-nan': ['reward', rewarding(Number.NaN)],
  'reward-infinite': ['reward', rewarding(Infinity)],
  'reward-text': ['reward', rewarding('1.0')],
  'reward-array': ['reward', rewarding([1])],
  'reward-none': ['reward', rewarding(null)],
  'reward-bool': ['reward', rewarding(true)],
  'terminated-int': ['flags', () => varyStep(([x, reward, over, ...rest]) => [x, reward, Number(over), ...rest])],
  'truncated-none': ['flags', () => varyStep(([x, reward, over, , info]) => [x, reward, over, null, info])],
  'truncated-at-once': [
    'truncated-at-once',
    () => varyStep(([x, reward, over, , info]) => [x, reward, over, true, info]),
  ],
  'info-list': ['step-info', () => varyStep(([x, reward, over, cut]) => [x, reward, over, cut, []])],
  'obs-reused': [
    'observations-fresh',
    () => {
      const env = goodEnv();
      const buffer = new Float32Array(3);
      const same = ([x, ...rest]: readonly unknown[]): unknown[] => {
        buffer.set(x as Float32Array);
        return [buffer, ...rest];
      };
      return vary(env, {
        reset: (how?: object) => same(env.reset(how)),
        step: (action: unknown) => same(env.step(action)),
      });
    },
  ],
  'info-reused': [
    'infos-fresh',
    () => {
      const env = goodEnv();
      const info = { t: 0 };
      return vary(env, {
        reset: (how?: object) => [env.reset(how)[0], info],
        step(action: unknown) {
          const [x, reward, over, cut, { t }] = env.step(action);
          info.t = t as number;
          return [x, reward, over, cut, info];
        },
      });
    },
  ],
  'crash-on-action': [
    'legal-accepted',
    () => {
      const env = goodEnv({ actionSpace: discrete(1000) as Space });
      return vary(env, {
        step(action: unknown) {
          if (action === 999) throw new RangeError('no request 999');
          return env.step(action);
        },
      });
    },
  ],
  'mask-wrong-length': ['mask-form', telling({ action_mask: Uint8Array.of(1, 1, 1) })],
  'mask-all-zero': ['mask-legal', telling({ action_mask: Uint8Array.of(0, 0, 0, 0) })],
  'never-ends': [
    'episodes-end',
    () => varyStep(([x, reward, , , info]) => [x, reward, false, false, info], goodEnv({ goesOn: true })),
  ],
  'steps-after-end': [
    'after-end',
    () => varyStep(([x, reward, , cut, info]) => [x, reward, true, cut, info], goodEnv({ goesOn: true })),
  ],
  'accepts-any-action': [
    'outsiders-refused',
    () =>
      createEnv((random) => {
        const kernel = goodKernel(random);
        return { ...kernel, advance: (_action: unknown, out, row) => kernel.advance(0, out, row) };
      }),
  ],
};
