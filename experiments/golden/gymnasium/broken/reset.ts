/** Faults in `reset` and in seeding. */
import { stream } from '../../../../env/random.js';
import type { Faults } from './fault.js';
import { goodEnv, showing, vary, varyReset, varyStep } from './good.js';

interface How {
  readonly seed?: number | null;
  readonly options?: object | null;
}

/** An environment whose `reset` hands on something else than it was given. */
function handing(change: (how: How) => object) {
  return () => {
    const env = goodEnv();
    return vary(env, { reset: (how: How = {}) => env.reset(change(how)) });
  };
}

/** A `reset` that takes one argument and knows no other. */
const onlyTaking = (name: keyof How) =>
  handing((how) => {
    const other = Object.keys(how).find((given) => given !== name);
    if (other !== undefined) throw new TypeError(`reset takes no ${other}`);
    return how;
  });

/** Luck that no environment owns. */
const elsewhere = stream('nobody', 'elsewhere');

export const resetFaults: Faults = {
  'reset-obs-only': ['reset-pair', () => varyReset(([observation]) => observation)],
  'reset-three': ['reset-pair', () => varyReset((result) => [...result, 0])],
  'reset-info-none': ['reset-info', () => varyReset(([observation]) => [observation, null])],
  'reset-obs-outside': ['reset-observation', () => varyReset(([x, info]) => [x.map((v) => v + 50), info])],
  'reset-obs-dtype': ['reset-observation', () => varyReset(([x, info]) => [Float64Array.from(x), info])],
  'reset-obs-shape': ['reset-observation', () => varyReset(([, info]) => [new Float32Array(4), info])],
  'reset-obs-list': ['reset-observation', () => varyReset(([x, info]) => [Array.from(x), info])],
  'reset-obs-nan': ['reset-observation', () => varyReset(([, info]) => [Float32Array.of(Number.NaN, 0, 0), info])],
  'no-seed-argument': ['reset-pair', onlyTaking('options')],
  'no-options-argument': ['reset-options', onlyTaking('seed')],
  'seed-default': ['seed-continues', handing((how) => ({ ...how, seed: how.seed ?? 5 }))],
  'seed-ignored': ['seed-repeats', handing((how) => ({ ...how, seed: null }))],
  'seed-constant': ['seed-matters', handing((how) => ({ ...how, seed: 0 }))],
  'global-rng': [
    'seed-repeats',
    () => showing(goodEnv().observationSpace, () => Float32Array.from({ length: 3 }, () => elsewhere.next())),
  ],
  'step-global-rng': ['step-repeats', () => varyStep(([x, ...rest]) => [x.map((v) => v + elsewhere.next()), ...rest])],
  'state-leaks': [
    'step-repeats',
    () => {
      const env = goodEnv();
      let episodes = 0;
      return vary(env, {
        reset(how: How) {
          episodes++;
          return env.reset(how as object);
        },
        step(action: unknown) {
          const [x, reward, ...rest] = env.step(action);
          return [x, reward + episodes, ...rest];
        },
      });
    },
  ],
  'options-crash': [
    'reset-options',
    handing((how) => {
      if (how.options) throw new TypeError('options.rate is missing');
      return how;
    }),
  ],
};
