/** One kernel, two ways to step: the same numbers, fresh rows, forks with the same future, and errors for calls in the wrong order. */
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createColumns } from '../../../env/gym/columns.js';
import type { Env } from '../../../env/gym/env.js';
import { createEnv } from '../../../env/gym/kernel.js';
import { countingEnv, countingKernel } from './check/counting.js';

const ACTION = 3; // illegal in every fourth state only
const legal = (step: number): number => (step % 4 === ACTION ? 0 : ACTION);

describe('tuples and columns', () => {
  it('give the same numbers, whatever the seed and the actions', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.string()), fc.array(fc.nat(3), { maxLength: 11 }), (seed, choices) => {
        const [tuples, rows] = [countingEnv(), countingEnv()];
        const out = createColumns(rows.observationSpace, choices.length + 1, 4);
        const results = [tuples.reset({ seed })];
        rows.resetInto?.(out, 0, { seed });
        choices.forEach((choice, t) => {
          const action = choice === t % 4 ? (choice + 1) % 4 : choice;
          const [observation, reward, terminated, truncated, info] = tuples.step(action);
          rows.stepInto?.(action, out, t + 1);
          results.push([observation, info]);
          expect([reward, terminated, truncated]).toEqual([out.reward[t + 1], out.terminated[t + 1] === 1, false]);
        });
        results.forEach(([observation, info], row) => {
          expect(observation).toEqual(rows.observationSpace.read(out.observation, row));
          expect(info.action_mask).toEqual(out.mask?.slice(4 * row, 4 * row + 4));
          expect(info.elapsed).toBe(out.elapsed[row]);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('hand out rows that never change later, over many slabs', () => {
    const env = countingEnv();
    const kept: { observation: Float32Array; mask: Uint8Array; was: string }[] = [];
    const keep = (observation: Float32Array, info: Record<string, unknown>): void => {
      const mask = info.action_mask as Uint8Array;
      kept.push({ observation, mask, was: `${observation} ${mask}` });
    };
    for (let episode = 0; episode < 80; episode++) {
      keep(...env.reset({ seed: episode }));
      for (let t = 0; t < 12; t++) {
        const [observation, , , , info] = env.step(legal(t));
        keep(observation, info);
      }
    }
    expect(kept.length).toBe(1040);
    expect(kept.filter(({ observation, mask, was }) => `${observation} ${mask}` !== was)).toEqual([]);
  });

  it('allocate nothing for tuples that nobody asks for', () => {
    let batches = 0;
    const env = createEnv((random) => {
      const kernel = countingKernel(random);
      const { observationSpace } = kernel;
      const createBatch = (n: number): Float32Array => {
        batches++;
        return observationSpace.createBatch(n);
      };
      return { ...kernel, observationSpace: { ...observationSpace, createBatch } };
    });
    expect(batches).toBe(0);
    env.reset();
    expect(batches).toBe(1);
  });

  it('steps last 1 and are all legal unless the kernel says otherwise', () => {
    const env = createEnv((random) => {
      const { maskWidth, mask, advance, info, ...kernel } = countingKernel(random);
      return { ...kernel, advance: (_action: number, out, row) => out.reward.fill(2, row, row + 1) };
    });
    const out = createColumns(env.observationSpace, 2);
    env.resetInto?.(out, 0);
    env.stepInto?.(0, out, 1);
    expect([...out.elapsed, ...out.reward, out.mask]).toEqual([0, 1, 0, 2, null]);
    expect(env.actionMasks).toBeUndefined();
    expect(env.reset()[1]).toEqual({});
  });
});

describe('fork', () => {
  it('has the same future in every state, and one of its own', () => {
    const env = countingEnv();
    env.reset({ seed: 5 });
    for (let t = 0; t < 11; t++) {
      const twin = env.fork?.() as typeof env;
      const after = countingEnv();
      after.reset({ seed: 5 });
      for (let k = 0; k < t; k++) after.step(legal(k));
      const expected = after.step(legal(t));
      expect(twin.step(legal(t))).toEqual(expected);
      twin.reset();
      expect(env.step(legal(t))).toEqual(expected);
    }
  });

  it('takes over where it stands, its seed and its spec', () => {
    const env = countingEnv();
    expect(() => env.fork?.().step(0)).toThrow('step before the first reset');
    env.reset({ seed: 'luck' });
    const twin = env.fork?.() as Env;
    expect([twin.randomSeed, twin.spec]).toEqual(['luck', env.spec]);
    expect(twin.random.state).toEqual(env.random.state);
    env.close();
    expect(() => twin.step(1)).not.toThrow();
  });
});

describe('calls in the wrong order', () => {
  it.each<[string, (env: Env) => unknown, string]>([
    ['step first', (env) => env.step(1), 'step before the first reset: call reset()'],
    ['step after the end', (env) => play(env, 13), 'step after the end of the episode: call reset()'],
    ['reset after close', (env) => closed(env).reset(), 'this environment is closed: make a new one'],
    ['step after close', (env) => closed(env).step(1), 'this environment is closed'],
    ['render without a mode', (env) => env.render(), 'made without a render mode; there are none'],
  ])('%s', (_words, act, message) => {
    const env = countingEnv() as Env;
    expect(() => act(env)).toThrow(message);
    env.close();
    expect(() => env.close()).not.toThrow();
  });

  const closed = (env: Env): Env => {
    env.reset();
    env.close();
    return env;
  };

  const play = (env: Env, steps: number): void => {
    env.reset();
    for (let t = 0; t < steps; t++) env.step(legal(t));
  };

  it('a refused action leaves the episode as it was', () => {
    const env = countingEnv();
    env.reset({ seed: 1 });
    for (const action of [0, Number.NaN, 4, -1, '1', undefined])
      expect(() => env.step(action as number)).toThrow(/action|illegal/);
    const other = countingEnv();
    other.reset({ seed: 1 });
    expect(env.step(1)).toEqual(other.step(1));
  });
});

describe('wrong arguments', () => {
  it.each([
    [{ seed: Number.NaN }, 'a seed must be a finite number or a word, not NaN'],
    [{ seed: [1] }, 'a seed must be a finite number or a word, not object'],
    [{ options: 'fast' }, 'reset options must be an object, not "fast"'],
    [{ options: [] }, 'reset options must be an object, not an array'],
  ])('reset(%j)', (how, message) => {
    expect(() => countingEnv().reset(how as never)).toThrow(message);
  });

  it('rows and columns that do not fit', () => {
    const env = countingEnv();
    const out = createColumns(env.observationSpace, 2, 4);
    for (const row of [-1, 2, Number.NaN])
      expect(() => env.resetInto?.(out, row)).toThrow(`row ${row} of columns that have 2`);
    expect(() => env.resetInto?.(createColumns(env.observationSpace, 1, 3), 0)).toThrow(
      'columns with masks of 3 actions, this environment has masks of 4',
    );
    expect(() => env.resetInto?.(createColumns(env.observationSpace, 1), 0)).not.toThrow();
  });

  it('kernels that promise what they have not', () => {
    const make =
      (change: object, options = {}) =>
      () =>
        createEnv((random) => ({ ...countingKernel(random), ...change }), options);
    expect(make({ mask: undefined })).toThrow('masks of 4 actions, but no mask() that writes them');
    expect(make({}, { renderMode: 'ansi' })).toThrow('render mode "ansi" is not one of (none)');
  });
});

it('what learners may ask for beside keeps its type', () => {
  const env = createEnv((random) => {
    const { fork, ...kernel } = countingKernel(random);
    return { ...kernel, extras: { privileged: () => [1, 2] } };
  });
  expectTypeOf(env.privileged()).toEqualTypeOf<number[]>();
  expectTypeOf(env.reset()[0]).toEqualTypeOf<Float32Array>();
  expect((env.unwrapped as typeof env).privileged()).toEqual([1, 2]);
});
