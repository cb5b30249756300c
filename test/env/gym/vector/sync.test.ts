/** Resets of all and of some, seeds, copies, actions and errors of the synchronous vector environment. */
import { describe, expect, it } from 'vitest';
import { createColumns } from '../../../../env/gym/columns.js';
import type { Env } from '../../../../env/gym/env.js';
import { syncVector } from '../../../../env/gym/vector/sync.js';
import { actionsFor, playTuples, playVector } from '../wrappers/played.js';
import { probe } from '../wrappers/probe.js';
import { counter } from './counter.js';

const three = (options = {}) => syncVector([() => counter(4), () => counter(4), () => counter(3)], options);
const actions = Int32Array.of(1, 2, 3);

describe('resets', () => {
  it('a number seeds environment i with s + i, a word with w/i, a list with its i-th', () => {
    const env = three();
    const seeds = () => env.envs?.map((one) => one.randomSeed);
    env.reset({ seed: 40 });
    expect(seeds()).toEqual([40, 41, 42]);
    env.reset({ seed: 'a' });
    expect(seeds()).toEqual(['a/0', 'a/1', 'a/2']);
    env.reset({ seed: [5, null, 1] });
    expect(seeds()).toEqual([5, 'a/1', 1]);
  });

  it('a mask resets some; the others keep observation and episode, and the options stay what they are', () => {
    const env = three();
    env.reset({ seed: 1 });
    env.step(actions);
    const options = { reset_mask: Uint8Array.of(1, 0, 1), other: 7 };
    const [x, infos] = env.reset({ seed: 70, options });
    expect([...x]).toEqual([0, 1, 0]);
    expect(infos).toEqual({
      episode: Float64Array.of(1, 0, 1),
      _episode: Uint8Array.of(1, 0, 1),
      other: Float64Array.of(7, 0, 7),
      _other: Uint8Array.of(1, 0, 1),
    });
    expect(options).toEqual({ reset_mask: Uint8Array.of(1, 0, 1), other: 7 });
    expect(env.envs?.map((one) => one.randomSeed)).toEqual([70, 2, 72]);
    expect([...env.step(actions)[0]]).toEqual([1, 2, 1]);
  });

  it.each([
    ['a list', [1, 0, 0], /is a list, expected a Uint8Array/],
    ['another type', Int8Array.of(1, 0, 0), /is a Int8Array, expected a Uint8Array/],
    ['another length', Uint8Array.of(1, 0), /2 entries for 3 environments/],
    ['all zero', new Uint8Array(3), /all zero/],
    ['other numbers', Uint8Array.of(2, 0, 1), /0 and 1 only/],
  ])('a mask that is %s is refused', (_what, mask, message) => {
    const env = three();
    env.reset({ seed: 1 });
    expect(() => env.reset({ options: { reset_mask: mask } })).toThrow(message);
  });

  it('a list of seeds must be as long as the vector', () => {
    expect(() => three().reset({ seed: [1, 2] })).toThrow(/2 seeds for 3 environments/);
  });

  it('resetInto with a mask writes those rows only', () => {
    const env = three();
    const out = createColumns(env.singleObservationSpace, 3);
    env.resetInto(out, { seed: 1 });
    env.stepInto(actions, out);
    out.observation[1] = 99;
    env.resetInto(out, { options: { reset_mask: Uint8Array.of(1, 0, 0) } });
    expect([...out.observation]).toEqual([0, 99, 1]);
  });
});

describe('steps', () => {
  it('arrays are the caller’s own, unless copy is false', () => {
    const own = three();
    const [first] = own.reset({ seed: 1 });
    own.step(actions);
    expect([...first]).toEqual([0, 0, 0]);
    const shared = three({ copy: false });
    const [before] = shared.reset({ seed: 1 });
    expect(shared.step(actions)[0]).toBe(before);
  });

  it('every row is what its environment does alone', () => {
    const made = () => syncVector([0, 1, 2].map((k) => () => probe({ lengths: [2 + k, 3] })));
    const moves = actionsFor(made().singleActionSpace, 9);
    for (const row of [0, 1, 2])
      expect(playVector(made(), moves, 5, row)).toEqual(playTuples(probe({ lengths: [2 + row, 3] }), moves, 5 + row));
  });

  it('Box actions are rows of one array, and rows follow when its numbers change', () => {
    const env = syncVector([() => probe({ boxActions: true }), () => probe({ boxActions: true })]);
    const alone = probe({ boxActions: true });
    const batch = new Float32Array(4);
    const out = createColumns(env.singleObservationSpace, 2);
    env.resetInto(out, { seed: [3, 3] });
    alone.reset({ seed: 3 });
    for (const push of [1, -2]) {
      batch[2] = push;
      env.stepInto(batch, out);
      expect(out.reward[1]).toBe(alone.step(Float32Array.of(push, 0))[1]);
    }
    expect(out.reward[0]).not.toBe(out.reward[1]);
  });

  it('masks of all, one after the other', () => {
    const env = syncVector([() => probe(), () => probe()]);
    env.reset({ seed: 1 });
    env.step(Int32Array.of(1, 1));
    expect([...(env.actionMasks?.() ?? [])]).toEqual([1, 0, 1, 1, 1, 0, 1, 1]);
    expect(three().actionMasks).toBeUndefined();
  });

  it.each([
    ['too few', Int32Array.of(1, 2), /actions: got 2 numbers, expected 3 of Discrete\(100\)/],
    ['none', null, /actions: got null/],
  ])('%s actions are refused', (_what, wrong, message) => {
    const env = three();
    env.reset({ seed: 1 });
    expect(() => env.step(wrong as Int32Array)).toThrow(message);
  });
});

describe('making one', () => {
  it('needs an environment, one kind of spaces, and a mode that exists', () => {
    expect(() => syncVector([])).toThrow(/at least one/);
    const other = (): Env => probe({ boxActions: true });
    expect(() => syncVector([probe, other])).toThrow(/environment 1: its actionSpace is Box.*Discrete\(4\)/);
    expect(() => three({ autoreset: 'never' })).toThrow(
      /autoreset is "never", expected one of next-step, same-step, disabled/,
    );
  });

  it('renders and closes each', () => {
    const env = syncVector([() => probe({ renderMode: 'ansi' }), () => probe({ renderMode: 'ansi' })]);
    env.reset({ seed: 1 });
    expect(env.render()).toEqual(['episode 0 step 0', 'episode 0 step 0']);
    env.close();
    env.close();
    expect(() => env.reset()).toThrow(/closed/);
  });
});
