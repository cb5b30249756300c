/** Environments that are wrong in one point about masks, time, staleness, forks and columns: the rule that each breaks. */
import type { Env } from '../../../../env/gym/env.js';
import { make } from '../../../../env/gym/make.js';
import { type Registry, register } from '../../../../env/gym/registry.js';
import { multiDiscrete } from '../../../../env/gym/spaces/multi-discrete.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import { stream } from '../../../../env/random.js';
import type { Faults } from '../../../../experiments/golden/gymnasium/broken/fault.js';
import { goodEnv, vary, varyStep } from '../../../../experiments/golden/gymnasium/broken/good.js';
import { countingEnv } from './counting.js';

/** The counting environment with other members. */
const otherwise = (members: (env: Env) => Record<string, unknown>) => (): Env => {
  const env = countingEnv() as Env;
  const { resetInto, stepInto } = env;
  return vary(env, { resetInto, stepInto, ...members(env) });
};

/** Results of `step` with something else in their info. */
const telling = (info: (old: Record<string, unknown>) => object) => () => {
  const env = countingEnv() as Env;
  return varyStep(([x, reward, over, cut, old]) => [x, reward, over, cut, { ...old, ...info(old) }], env);
};

const maskFaults: Faults = {
  'a mask of lists': ['mask-form', telling(() => ({ action_mask: [true, true, true, false] }))],
  'a mask with a 2': ['mask-form', telling(() => ({ action_mask: Uint8Array.of(1, 2, 1, 1) }))],
  'masks in one memory': [
    'masks-fresh',
    () => {
      const mask = new Uint8Array(4);
      const env = countingEnv() as Env;
      const actionMasks = (): Uint8Array => {
        mask.set(env.actionMasks?.() ?? []);
        return mask;
      };
      return vary(env, { actionMasks });
    },
  ],
  'two masks that differ': [
    'mask-agrees',
    telling((old) => ({ action_mask: Uint8Array.from(old.action_mask as Uint8Array).reverse() })),
  ],
  'masks in some calls only': [
    'mask-agrees',
    telling((old) => ((old.time as number) > 2 ? { action_mask: undefined } : {})),
  ],
  'a choice without anything legal': [
    'mask-legal',
    () =>
      goodEnv({
        actionSpace: multiDiscrete([2, 3]) as Space,
        maskWidth: 5,
        mask: (into, from) => into.set([1, 1], from),
      }),
  ],
  'an action that the mask allows and step refuses': [
    'legal-accepted',
    () => countingEnv(() => ({ mask: (into, from) => into.fill(1, from, from + 4) })),
  ],
  'columns with a mask of their own': [
    'mask-column',
    otherwise((env) => ({
      resetInto(...[out, row, how]: Parameters<NonNullable<Env['resetInto']>>) {
        env.resetInto?.(out, row, how);
        out.mask?.fill(1, 4 * row, 4 * row + 4);
      },
    })),
  ],
};

/** A step that takes another time. */
const lasting = (seconds: number) => () =>
  countingEnv((kernel) => ({
    info: () => ({}),
    advance(action, out, row) {
      kernel.advance(action, out, row);
      out.elapsed[row] = seconds;
    },
  }));

const timeFaults: Faults = {
  'time that runs backwards': ['elapsed', lasting(-1)],
  'time that is no number': ['elapsed', lasting(Number.NaN)],
  'time without end': ['elapsed', lasting(Infinity)],
  'time that stands still': ['time-passes', lasting(0)],
  'a clock that runs faster than the steps': ['time-passes', telling((old) => ({ time: 2 * (old.time as number) }))],
  'a reset that takes time': [
    'elapsed-reset',
    () =>
      countingEnv((kernel) => ({
        begin(out, row, options) {
          kernel.begin(out, row, options);
          out.elapsed[row] = 1;
        },
      })),
  ],
  'an info that says another time': [
    'elapsed-agrees',
    () => countingEnv((kernel) => ({ info: () => ({ ...kernel.info?.(), elapsed: 0.25 }) })),
  ],
};

const staleFaults: Faults = {
  'observations from a ring of eight': [
    'handed-stays',
    () => {
      const env = countingEnv() as Env;
      const ring = Array.from({ length: 8 }, () => new Float32Array(3));
      let calls = 0;
      const next = ([x, ...rest]: readonly unknown[]): unknown[] => {
        const slot = ring[calls++ % 8];
        slot.set(x as Float32Array);
        return [slot, ...rest];
      };
      return vary(env, {
        reset: (how?: object) => next(env.reset(how)),
        step: (action: unknown) => next(env.step(action)),
      });
    },
  ],
  'an info that grows': [
    'handed-stays',
    () => {
      const history: unknown[] = [];
      return telling(({ time }) => {
        history.push(time);
        return { history };
      })();
    },
  ],
  'a refused action that moves something': [
    'refusal-harmless',
    () =>
      countingEnv((kernel, random) => ({
        advance(action, out, row) {
          random.next();
          kernel.advance(action, out, row);
        },
      })),
  ],
};

const pathFaults: Faults = {
  'another reward by columns': [
    'same-numbers',
    otherwise((env) => ({
      stepInto(...[action, out, row]: Parameters<NonNullable<Env['stepInto']>>) {
        env.stepInto?.(action, out, row);
        out.reward[row] /= 2;
      },
    })),
  ],
  'steps that write all rows': [
    'own-row',
    () =>
      countingEnv((kernel) => ({
        advance(action, out, row) {
          kernel.advance(action, out, row);
          out.reward.fill(out.reward[row]);
        },
      })),
  ],
  'a fork with luck of its own': [
    'fork-future',
    () => countingEnv((kernel) => ({ fork: () => kernel.fork?.(stream('fork', 'env')) ?? kernel })),
  ],
  'a fork that is the original': ['fork-apart', () => countingEnv((kernel) => ({ fork: () => kernel }))],
  'steps that keep what they showed': [
    'memory-flat',
    () => {
      const kept: Float32Array[] = [];
      return countingEnv((kernel) => ({
        advance(action, out, row) {
          kernel.advance(action, out, row);
          kept.push(out.observation.slice());
        },
      }));
    },
  ],
};

const formFaults: Faults = {
  'no random stream': ['random-stream', () => vary(goodEnv(), { random: Math.random })],
  'another environment unwrapped': ['unwrapped', () => Object.create(goodEnv())],
  'a space that samples elsewhere': [
    'space-sample',
    () =>
      goodEnv({
        observationSpace: Object.assign(goodEnv().observationSpace, { sample: () => Float32Array.of(99, 0, 0) }),
      }),
  ],
  'a space that comes back from JSON as another': [
    'space-json',
    () =>
      goodEnv({
        observationSpace: Object.assign(goodEnv().observationSpace, { toJSON: () => ({ type: 'Discrete', n: 3 }) }),
      }),
  ],
  'steps before the first reset': [
    'before-reset',
    () => {
      const env = goodEnv();
      env.reset();
      return env;
    },
  ],
};

export const ownFaults: Faults = { ...maskFaults, ...timeFaults, ...staleFaults, ...pathFaults, ...formFaults };

/** Environments with nothing wrong. */
export const sound: Readonly<Record<string, () => Env>> = {
  'three random numbers': () => goodEnv(),
  'masks, a clock and a fork': () => countingEnv() as Env,
  'made by name, with what make puts around': () => {
    const own: Registry = new Map();
    register({ id: 'Counting-v0', maxEpisodeSteps: 8 }, () => countingEnv(), own);
    return make('Counting-v0', {}, own);
  },
  'tuples only': () => vary(goodEnv(), {}),
  'a cache that fills for 45,000 steps, and is full then': () => {
    const cache: Float32Array[] = [];
    return countingEnv((kernel) => ({
      advance(action, out, row) {
        kernel.advance(action, out, row);
        if (cache.length < 45_000) cache.push(out.observation.slice());
      },
    })) as Env;
  },
};
