/** What PassiveEnvChecker is told: one sentence for each thing that is wrong with a result, nothing for a good one. */
import { describe, expect, it } from 'vitest';
import { checkResetResult, checkSpaces, checkStepResult } from '../../../../env/gym/check/passive.js';
import type { Env } from '../../../../env/gym/env.js';
import { box } from '../../../../env/gym/spaces/box.js';
import { dict } from '../../../../env/gym/spaces/dict.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import { tuple } from '../../../../env/gym/spaces/tuple.js';
import { goodEnv, showing, vary } from '../../../../experiments/golden/gymnasium/broken/good.js';

const x = (): Float32Array => Float32Array.of(1, 2, 3);

describe('results', () => {
  it('that are right', () => {
    const env = goodEnv();
    for (let k = 0; k < 3; k++) {
      expect(checkResetResult(env, env.reset())).toEqual([]);
      expect(checkStepResult(env, env.step(0))).toEqual([]);
      expect(checkStepResult(env, env.step(1))).toEqual([]);
    }
  });

  it.each<[unknown, string[]]>([
    [x(), ['reset returned a Float32Array of 3, expected [observation, info]']],
    [[x()], ['reset returned 1 values, expected [observation, info]']],
    [[x(), null], ['info is null, expected an object']],
    [[x(), new Uint8Array(2)], ['info is a Uint8Array of 2, expected an object']],
    [[Float32Array.of(1, 2), {}], ['the observation is a Float32Array of 2, expected a Float32Array of 3']],
    [[Float32Array.of(1, 2, 99), {}], ['the observation holds 99 at 2, outside of -10 to 10']],
    [
      [Float32Array.of(1, Number.NaN, 0), []],
      ['the observation holds NaN at 1', 'info is a list of 0, expected an object'],
    ],
  ])('of reset: %s', (result, told) => {
    expect(checkResetResult(goodEnv(), result)).toEqual(told);
  });

  it.each<[unknown[], string[]]>([
    [
      [x(), 1, true, {}],
      [
        'step returned 4 values (the old form with one flag done), expected [observation, reward, terminated, truncated, info]',
      ],
    ],
    [[x(), '1', false, false, {}], ['the reward is "1", expected a finite number']],
    [
      [x(), Number.NaN, 0, null, {}],
      [
        'the reward is NaN, expected a finite number',
        'terminated is 0, expected true or false',
        'truncated is null, expected true or false',
      ],
    ],
  ])('of step: %s', (result, told) => {
    expect(checkStepResult(goodEnv(), result)).toEqual(told);
  });

  it('that are handed out again', () => {
    const env = goodEnv();
    const [buffer, info] = [x(), {}];
    expect(checkResetResult(env, [buffer, {}])).toEqual([]);
    const again = buffer.subarray(1);
    expect(checkStepResult(env, [Float32Array.from(again), 1, false, false, info])).not.toEqual([]);
    expect(checkStepResult(env, [buffer, 1, false, false, info])).toEqual([
      'infos are the same object: those of the step before and of this step',
    ]);
    expect(checkResetResult(env, [buffer, {}])).toEqual([
      'observations share memory: those of the step before and of this reset',
    ]);
    expect(checkResetResult(goodEnv(), [buffer, info])).toEqual([]);
  });

  it('whose memory lies side by side are not the same', () => {
    const env = goodEnv();
    const slab = new Float32Array(6);
    expect(checkResetResult(env, [slab.subarray(0, 3), {}])).toEqual([]);
    expect(checkResetResult(env, [slab.subarray(3, 6), {}])).toEqual([]);
    expect(checkResetResult(env, [slab.subarray(1, 4), {}])).toHaveLength(1);
  });
});

describe('a wrong part of an observation is named by its place', () => {
  const space = dict({ at: tuple([discrete(3), box(0, 1, { shape: [2] })]), n: discrete(2) }) as Space;
  const env = showing(space, () => null);
  const pair = (k: number, b: unknown): object => ({ at: [k, b], n: 0 });

  it.each<[unknown, string]>([
    [{ n: 0 }, 'the observation lacks the key at of its space'],
    [{ ...pair(0, new Float32Array(2)), z: 1 }, 'the observation has the key z, which its space has not'],
    [{ at: [1], n: 0 }, 'the observation.at has 1 parts, its space has 2'],
    [pair(7, new Float32Array(2)), 'the observation.at[0] is 7, not in Discrete(3)'],
    [pair(0, [0, 0]), 'the observation.at[1] is a list of 2, expected a Float32Array of 2'],
    [pair(0, Float32Array.of(0, 2)), 'the observation.at[1] holds 2 at 1, outside of 0 to 1'],
  ])('%#', (observation, told) => {
    expect(checkResetResult(env, [observation, {}])).toEqual([told]);
  });
});

it('spaces: errors if there are none, warnings of what is probably not meant', () => {
  const still = box([0, 0, 5], [1, 1, 5]) as Space;
  expect(checkSpaces(goodEnv())).toEqual({ errors: [], warnings: [] });
  expect(checkSpaces(showing(still, () => null)).warnings).toEqual([
    'Each coordinate of a Box may take more than one value. Here the observation space has 5 as lowest and highest value of coordinate 2.',
  ]);
  expect(checkSpaces(vary(goodEnv(), { actionSpace: 4 })).errors).toEqual([
    'An environment has an action space, which is a space. Here actionSpace is 4, which is no space.',
  ]);
  expect(checkSpaces({} as Env).errors[0]).toContain('it has no reset');
});
