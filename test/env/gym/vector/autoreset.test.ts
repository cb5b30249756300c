/** The three autoreset modes as a table: two environments whose observation is the step, episodes of 3 and 5. */
import { describe, expect, it } from 'vitest';
import { createColumns } from '../../../../env/gym/columns.js';
import { syncVector } from '../../../../env/gym/vector/sync.js';
import type { AutoresetMode, VectorEnv } from '../../../../env/gym/vector/vector-env.js';
import { counter, tupleOnly } from './counter.js';

/** A step: observations, rewards, who ended. */
type Line = readonly [observations: number[], rewards: number[], ended: number[]];

const TABLE: Readonly<Record<AutoresetMode, readonly Line[]>> = {
  'next-step': [
    [
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    [
      [2, 2],
      [2, 2],
      [0, 0],
    ],
    [
      [3, 3],
      [3, 3],
      [1, 0],
    ],
    [
      [0, 4],
      [0, 4],
      [0, 0],
    ],
    [
      [1, 5],
      [11, 5],
      [0, 1],
    ],
    [
      [2, 0],
      [12, 0],
      [0, 0],
    ],
    [
      [3, 1],
      [13, 11],
      [1, 0],
    ],
    [
      [0, 2],
      [0, 12],
      [0, 0],
    ],
  ],
  'same-step': [
    [
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    [
      [2, 2],
      [2, 2],
      [0, 0],
    ],
    [
      [0, 3],
      [3, 3],
      [1, 0],
    ],
    [
      [1, 4],
      [11, 4],
      [0, 0],
    ],
    [
      [2, 0],
      [12, 5],
      [0, 1],
    ],
    [
      [0, 1],
      [13, 11],
      [1, 0],
    ],
    [
      [1, 2],
      [21, 12],
      [0, 0],
    ],
    [
      [2, 3],
      [22, 13],
      [0, 0],
    ],
  ],
  disabled: [
    [
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    [
      [2, 2],
      [2, 2],
      [0, 0],
    ],
    [
      [3, 3],
      [3, 3],
      [1, 0],
    ],
    [
      [1, 4],
      [11, 4],
      [0, 0],
    ],
    [
      [2, 5],
      [12, 5],
      [0, 1],
    ],
    [
      [3, 1],
      [13, 11],
      [1, 0],
    ],
    [
      [1, 2],
      [21, 12],
      [0, 0],
    ],
    [
      [2, 3],
      [22, 13],
      [0, 0],
    ],
  ],
};

const modes = Object.keys(TABLE) as AutoresetMode[];
const made = (autoreset: AutoresetMode, how: typeof counter = counter) =>
  syncVector([() => how(3), () => how(5, 'truncated')], { autoreset });

function tuples(env: VectorEnv<Float32Array, number, Float32Array>): Line[] {
  env.reset({ seed: 1 });
  return TABLE[env.autoreset].map((_, k) => {
    const [x, rewards, terminated, truncated] = env.step(Int32Array.of(k, k));
    const ended = terminated.map((flag, i) => flag | truncated[i]);
    if (env.autoreset === 'disabled' && ended.includes(1)) env.reset({ options: { reset_mask: ended } });
    return [[...x], [...rewards], [...ended]];
  });
}

function columns(env: VectorEnv<Float32Array, number, Float32Array>): Line[] {
  const out = createColumns(env.singleObservationSpace, 2);
  env.resetInto(out, { seed: 1 });
  return TABLE[env.autoreset].map((_, k) => {
    env.stepInto(Int32Array.of(k, k), out);
    const ended = out.terminated.map((flag, i) => flag | out.truncated[i]);
    const line: Line = [[...out.observation], [...out.reward], [...ended]];
    if (env.autoreset === 'disabled' && ended.includes(1)) env.resetInto(out, { options: { reset_mask: ended } });
    return line;
  });
}

describe.each(modes)('%s', (mode) => {
  it('gives the published table by tuples, with and without rows inside', () => {
    expect(tuples(made(mode))).toEqual(TABLE[mode]);
    expect(tuples(made(mode, (...args) => tupleOnly(counter(...args))))).toEqual(TABLE[mode]);
  });

  it('gives it by columns, with and without rows inside', () => {
    expect(columns(made(mode))).toEqual(TABLE[mode]);
    expect(columns(made(mode, (...args) => tupleOnly(counter(...args))))).toEqual(TABLE[mode]);
  });

  it('says the mode in its metadata', () => {
    expect(made(mode).metadata.autoresetMode).toBe(mode);
  });
});

describe('what belongs to one mode', () => {
  it('next-step: the action after an end is nobody’s, the infos are those of the reset', () => {
    const env = made('next-step');
    env.reset({ seed: 1 });
    for (let k = 0; k < 3; k++) env.step(Int32Array.of(k, k));
    const [, , , , infos] = env.step(Int32Array.of(77, 78));
    expect(infos).toEqual({
      episode: Float64Array.of(1, 0),
      _episode: Uint8Array.of(1, 0),
      action: Float64Array.of(0, 78),
      _action: Uint8Array.of(0, 1),
    });
  });

  it('same-step: the last observation and info are final_obs and final_info, and the row of finals', () => {
    const env = made('same-step');
    env.reset({ seed: 1 });
    for (let k = 0; k < 2; k++) env.step(Int32Array.of(k, k));
    const [, , , , infos] = env.step(Int32Array.of(5, 6));
    expect(infos).toEqual({
      final_obs: [Float32Array.of(3), null],
      _final_obs: Uint8Array.of(1, 0),
      final_info: { action: Float64Array.of(5, 0), _action: Uint8Array.of(1, 0) },
      _final_info: Uint8Array.of(1, 0),
      episode: Float64Array.of(1, 0),
      _episode: Uint8Array.of(1, 0),
      action: Float64Array.of(0, 6),
      _action: Uint8Array.of(0, 1),
    });
    expect(env.finals?.observation[0]).toBe(3);
    expect([env.finals?.reward[0], env.finals?.terminated[0]]).toEqual([3, 1]);
  });

  it('same-step: columns keep the last observation too', () => {
    const env = made('same-step');
    const out = createColumns(env.singleObservationSpace, 2);
    env.resetInto(out, { seed: 1 });
    for (let k = 0; k < 5; k++) env.stepInto(Int32Array.of(k, k), out);
    expect(env.finals?.observation[1]).toBe(5);
    expect(env.finals?.truncated[1]).toBe(1);
  });

  it('disabled: stepping on names who waits for a reset', () => {
    const env = made('disabled');
    env.reset({ seed: 1 });
    for (let k = 0; k < 3; k++) env.step(Int32Array.of(k, k));
    expect([...env.over]).toEqual([1, 0]);
    expect(() => env.step(Int32Array.of(0, 0))).toThrow(/environment 0: the episode is over.*reset_mask/);
    env.reset({ options: { reset_mask: Uint8Array.of(1, 0) } });
    expect(env.step(Int32Array.of(0, 0))[0]).toEqual(Float32Array.of(1, 4));
  });
});
