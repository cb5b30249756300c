/** Wrappers around vectors of several environments: every row is what the wrapped environment is alone, in every autoreset mode. */
import { describe, expect, it } from 'vitest';
import { createColumns } from '../../../../env/gym/columns.js';
import type { Env } from '../../../../env/gym/env.js';
import { syncVector } from '../../../../env/gym/vector/sync.js';
import type { AutoresetMode, VectorEnv } from '../../../../env/gym/vector/vector-env.js';
import { makeWrapper } from '../../../../env/gym/wrappers/catalogue.js';
import { lift } from '../../../../env/gym/wrappers/lift.js';
import { normalizeObservation } from '../../../../env/gym/wrappers/normalize-observation.js';
import { episodeStatistics, recordEpisodeStatistics } from '../../../../env/gym/wrappers/record-episode-statistics.js';
import { repeatAction } from '../../../../env/gym/wrappers/repeat-action.js';
import { timeLimit } from '../../../../env/gym/wrappers/time-limit.js';
import { wrap } from '../../../../env/gym/wrappers/wrap.js';
import { type AnyWrapper, stateOf } from '../../../../env/gym/wrappers/wrapper.js';
import { counter } from '../vector/counter.js';
import { actionsFor, playVector, playVectorInto } from './played.js';
import { type ProbeOptions, probe } from './probe.js';

const LIFTED: readonly [string, Record<string, unknown>, ProbeOptions?][] = [
  ['TimeLimit', { maxEpisodeSteps: 4 }],
  ['FrameStackObservation', { stackSize: 3 }],
  ['DelayObservation', { delay: 2 }],
  ['FlattenObservation', {}, { dict: true }],
  ['StickyAction', { repeatActionProbability: 0.5 }],
  ['RecordEpisodeStatistics', {}],
  ['ClipReward', { maxReward: 0.5 }],
  ['RescaleAction', { minAction: 0, maxAction: 1 }, { boxActions: true }],
];
const MODES: readonly AutoresetMode[] = ['next-step', 'same-step'];

/** Three probes with other lengths of episodes: wrapped each, or together. */
function both(
  wrapper: AnyWrapper,
  options: ProbeOptions,
  autoreset: AutoresetMode,
): Record<'each' | 'together', VectorEnv> {
  const makers = [2, 3, 4].map((n) => (): Env => probe({ lengths: [n, 7], ...options }));
  return {
    each: syncVector(
      makers.map((make) => () => wrap(make(), wrapper) as Env),
      { autoreset },
    ),
    together: lift(syncVector(makers, { autoreset }), wrapper) as VectorEnv,
  };
}

describe.each(MODES)('%s', (mode) => {
  it.each(LIFTED)('%s around the vector is the vector of it', (name, given, options = {}) => {
    const wrapper = makeWrapper({ name, options: given });
    const make = (): ReturnType<typeof both> => both(wrapper, options, mode);
    const actions = actionsFor(make().each.singleActionSpace, 3);
    for (const row of [0, 1, 2]) {
      expect(playVector(make().together, actions, 11, row).map(numbers)).toEqual(
        playVector(make().each, actions, 11, row).map(numbers),
      );
      expect(playVectorInto(make().together, actions, 11, row)).toEqual(playVectorInto(make().each, actions, 11, row));
    }
  });
});

/** Episode statistics stand elsewhere in the infos of one than of the other. */
const numbers = (line: string): string => line.split(' ')[0];

it('same-step: final observations are those of the wrapper, also where the wrapper ended the episode', () => {
  for (const name of ['TimeLimit', 'FrameStackObservation'] as const) {
    const wrapper = makeWrapper({ name, options: name === 'TimeLimit' ? { maxEpisodeSteps: 4 } : { stackSize: 2 } });
    const { each, together } = both(wrapper, {}, 'same-step');
    each.reset({ seed: 2 });
    together.reset({ seed: 2 });
    let finals = 0;
    for (const action of actionsFor(each.singleActionSpace, 8, 20)) {
      const batch = Int32Array.from({ length: 3 }, () => action as number);
      const [a, b] = [each, together].map((env) => env.step(batch)[4]);
      expect(b).toEqual(a);
      if ('final_obs' in a) finals++;
    }
    expect(finals).toBeGreaterThan(3);
  }
});

describe('a TimeLimit around a vector', () => {
  const made = (autoreset: AutoresetMode): VectorEnv =>
    lift(syncVector([() => counter(9), () => counter(2)], { autoreset }), timeLimit(3)) as unknown as VectorEnv;

  it.each([
    [
      'next-step',
      [
        [1, 1],
        [2, 2],
        [3, 0],
        [0, 1],
        [1, 2],
      ],
    ],
    [
      'same-step',
      [
        [1, 1],
        [2, 0],
        [0, 1],
        [1, 0],
        [2, 1],
      ],
    ],
  ] as const)('resets what it cut off, %s', (mode, table) => {
    const env = made(mode);
    env.reset({ seed: 1 });
    expect(table.map(() => [...(env.step(Int32Array.of(0, 0))[0] as Float32Array)])).toEqual(table);
  });

  it('under disabled it must be reset by the caller', () => {
    const env = made('disabled');
    env.reset({ seed: 1 });
    for (let k = 0; k < 3; k++) {
      if (k === 2) env.reset({ options: { reset_mask: Uint8Array.of(0, 1) } });
      env.step(Int32Array.of(0, 0));
    }
    expect(() => env.step(Int32Array.of(0, 0))).toThrow(/environment 0: the episode is over/);
    env.reset({ options: { reset_mask: Uint8Array.of(1, 0) } });
    expect([...(env.step(Int32Array.of(0, 0))[0] as Float32Array)]).toEqual([1, 2]);
  });
});

describe('partial resets', () => {
  it('begin the masked rows only: episode statistics of the others go on', () => {
    const env = lift(
      syncVector([() => counter(3), () => counter(9), () => counter(2)], { autoreset: 'disabled' }),
      recordEpisodeStatistics(),
    );
    env.reset({ seed: 1 });
    env.step(Int32Array.of(0, 0, 0));
    env.step(Int32Array.of(0, 0, 0));
    env.reset({ options: { reset_mask: Uint8Array.of(0, 0, 1) } });
    const { episode, _episode } = env.step(Int32Array.of(0, 0, 0))[4] as Record<string, never>;
    expect(episode).toMatchObject({ r: Float64Array.of(6, 0, 0), l: Float64Array.of(3, 0, 0) });
    expect(_episode).toEqual(Uint8Array.of(1, 0, 0));
    expect([...episodeStatistics(env).episodeReturns]).toEqual([6, 6, 11]);
  });

  it('keep the observation of the others, in the wrapper’s form', () => {
    const env = lift(
      syncVector([() => counter(9), () => counter(9)]),
      makeWrapper({ name: 'FrameStackObservation', options: { stackSize: 2 } }),
    );
    env.reset({ seed: 1 });
    env.step(Int32Array.of(0, 0));
    expect(env.reset({ options: { reset_mask: Uint8Array.of(1, 0) } })[0]).toEqual(Float32Array.of(0, 0, 0, 1));
    const out = createColumns(env.singleObservationSpace, 2);
    env.resetInto(out, { options: { reset_mask: Uint8Array.of(0, 1) } });
    expect(out.observation).toEqual(Float32Array.of(0, 0, 0, 0));
  });
});

describe('what has no vector form', () => {
  it('says why', () => {
    const env = syncVector([() => counter(3)]);
    expect(() => lift(env, repeatAction({ repeats: 2 }))).toThrow(
      /RepeatAction has no vector form: .*each environment/,
    );
  });

  it.each(['same-step', 'disabled'] as const)('NormalizeObservation refuses %s', (autoreset) => {
    expect(() => lift(syncVector([() => counter(3)], { autoreset }), normalizeObservation())).toThrow(
      /expected next-step/,
    );
  });
});

it('NormalizeObservation: all rows count before any is normalised', () => {
  const env = lift(syncVector([() => counter(9), () => counter(1)]), normalizeObservation());
  env.reset({ seed: 1 });
  env.step(Int32Array.of(0, 0));
  const [x] = env.step(Int32Array.of(0, 0));
  const { mean, variance, count } = stateOf(env, 'NormalizeObservation').moments as {
    mean: Float32Array;
    variance: Float32Array;
    count: number;
  };
  expect(count).toBeCloseTo(6.0001, 9);
  expect(mean[0]).toBeCloseTo(4 / 6, 4); // 0, 0; 1, 1; 2, 0
  expect(x[0]).toBeCloseTo((2 - mean[0]) / Math.sqrt(variance[0]), 5);
  expect(x[1]).toBeCloseTo(-mean[0] / Math.sqrt(variance[0]), 5);
});
