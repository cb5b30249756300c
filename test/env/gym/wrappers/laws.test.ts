/** For every wrapper: tuples, columns, and row 0 of a vector say the same; a fork goes on as the original does. */
import { describe, expect, it } from 'vitest';
import type { Env } from '../../../../env/gym/env.js';
import { syncVector } from '../../../../env/gym/vector/sync.js';
import { makeWrapper, wrappers } from '../../../../env/gym/wrappers/catalogue.js';
import { lift } from '../../../../env/gym/wrappers/lift.js';
import { timeLimit } from '../../../../env/gym/wrappers/time-limit.js';
import { transformAction, transformObservation, transformReward } from '../../../../env/gym/wrappers/transform.js';
import { wrap } from '../../../../env/gym/wrappers/wrap.js';
import type { AnyWrapper } from '../../../../env/gym/wrappers/wrapper.js';
import { actionsFor, playInto, playTuples, playVector, playVectorInto } from './played.js';
import { type ProbeOptions, probe } from './probe.js';

/** What each wrapper is tried with: its options, and the environment that it asks for. */
const CASES: readonly [name: string, options: Record<string, unknown>, env?: ProbeOptions][] = [
  ['Autoreset', {}],
  ['ClipAction', {}, { boxActions: true }],
  ['ClipObservation', { minObs: -1, maxObs: [0.5, 2] }],
  ['ClipReward', { minReward: -0.25, maxReward: 0.5 }],
  ['DelayObservation', { delay: 2 }],
  ['DelayObservation', { delay: 1 }, { dict: true }],
  ['DiscretizeAction', { bins: 3 }, { boxActions: true }],
  ['DiscretizeAction', { bins: [2, 5], multidiscrete: true }, { boxActions: true }],
  ['DiscretizeObservation', { bins: 7 }],
  ['DiscretizeObservation', { bins: [3, 50], multidiscrete: true }],
  ['DtypeObservation', { dtype: 'float64' }],
  ['FilterObservation', { filterKeys: ['last', 'pos'] }, { dict: true }],
  ['FlattenObservation', {}, { dict: true }],
  ['FrameStackObservation', { stackSize: 3 }],
  ['FrameStackObservation', { stackSize: 2, padding: 'zero' }, { dict: true }],
  ['MaskFromObservation', {}, { dict: true }],
  ['MaskInInfo', {}],
  ['MaskInObservation', {}],
  ['NormalizeObservation', {}],
  ['NormalizeReward', { gamma: 0.9 }],
  ['OrderEnforcing', {}],
  ['PassiveEnvChecker', {}],
  ['RecordEpisodeStatistics', { bufferLength: 3 }],
  ['RecordRender', {}, { renderMode: 'ansi' }],
  ['RepeatAction', { repeats: 2 }],
  ['RescaleAction', { minAction: -1, maxAction: [1, 3] }, { boxActions: true }],
  ['RescaleObservation', { minObs: 0, maxObs: 1 }],
  ['RescaleReward', { scale: -2, offset: 1 }],
  ['ReshapeObservation', { shape: [1, 2] }],
  ['StickyAction', { repeatActionProbability: 0.5, repeatActionDuration: [1, 3] }],
  ['StickyAction', { repeatActionProbability: 0.25 }, { boxActions: true }],
  ['TimeAwareObservation', { normalizeTime: true }],
  ['TimeAwareObservation', { flatten: false, dictTimeKey: 'clock' }, { dict: true }],
  ['TimeLimit', { maxEpisodeSteps: 4 }],
];

const TRANSFORMS: readonly (readonly [string, AnyWrapper, ProbeOptions])[] = [
  ['TransformObservation', transformObservation((x: Float32Array) => x.map((v) => v * 2)) as AnyWrapper, {}],
  ['TransformAction', transformAction((a: number) => 3 - a) as AnyWrapper, {}],
  ['TransformReward', transformReward((r) => r * r) as AnyWrapper, {}],
];

const cases: (readonly [string, AnyWrapper, ProbeOptions])[] = [
  ...CASES.map(([name, options, env = {}]) => [name, makeWrapper({ name, options }), env] as const),
  ...TRANSFORMS,
];

/** TimeAware needs to know the limit. */
const made = (options: ProbeOptions): Env => wrap(probe(options), timeLimit(9)) as Env;

it('every wrapper of the catalogue is tried', () => {
  expect(new Set(CASES.map(([name]) => name))).toEqual(new Set(Object.keys(wrappers)));
});

describe.each(cases)('%s %#', (_name, wrapper, options) => {
  const wrapped = (): Env => wrap(made(options), wrapper) as Env;
  const vector = () =>
    wrapper.alone === undefined ? lift(syncVector([() => made(options)]), wrapper) : syncVector([wrapped]);

  it.each([1, 2, 3])('says the same by every road, seed %i', (seed) => {
    const actions = actionsFor(wrapped().actionSpace, seed);
    const tuples = playTuples(wrapped(), actions, seed);
    expect(playVector(vector(), actions, seed)).toEqual(tuples);
    const numbers = tuples.map((line) => line.split(' ')[0]);
    expect(playInto(wrapped(), actions, seed)).toEqual(numbers);
    expect(playVectorInto(vector(), actions, seed)).toEqual(numbers);
  });

  it('a fork has the same future', () => {
    const env = wrapped();
    const actions = actionsFor(env.actionSpace, 5, 12);
    playTuples(env, actions.slice(0, 6), 5);
    const twin = env.fork?.() as Env;
    const play = (one: Env): string[] => playTuples({ ...one, reset: () => one.reset() }, actions.slice(6), 5);
    expect(play(twin)).toEqual(play(env));
  });

  it('observations are members of the space it declares', () => {
    const env = wrapped();
    for (const x of [env.reset({ seed: 4 })[0], env.step(env.actionSpace.sample())[0]])
      expect(env.observationSpace.contains(x)).toBe(true);
  });
});
