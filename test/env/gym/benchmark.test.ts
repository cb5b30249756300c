/** Benchmarks measure what they say: that many steps, environments or frames, in processor time. */
import { describe, expect, it } from 'vitest';
import { benchmarkInit, benchmarkRender, benchmarkStep } from '../../../env/gym/benchmark.js';
import type { Env } from '../../../env/gym/env.js';
import { goodEnv, vary } from '../../../experiments/golden/gymnasium/broken/good.js';
import { countingEnv } from './check/counting.js';

/** Counts calls on their way to an environment. */
function counted(env: Env, ...names: (keyof Env)[]): { env: Env; calls: Record<string, number> } {
  const calls: Record<string, number> = {};
  const members = names.map((name) => {
    calls[name] = 0;
    const inner = env[name] as (...given: unknown[]) => unknown;
    const call = (...given: unknown[]): unknown => {
      calls[name]++;
      return inner(...given);
    };
    return [name, call];
  });
  return { env: vary(env, Object.fromEntries(members)), calls };
}

const seconds = 0.02;

describe.each([
  ['all actions legal', () => goodEnv()],
  ['masks', () => countingEnv() as Env],
])('steps, %s', (_words, make) => {
  it.each([
    ['tuples', 'step'],
    ['columns', 'stepInto'],
  ] as const)('%s', (path, name) => {
    const { env, calls } = counted(make(), 'step', 'stepInto', 'reset', 'resetInto');
    const speed = benchmarkStep(env, { seconds, path });
    expect(calls[name]).toBe(speed.count);
    expect(calls[path === 'tuples' ? 'stepInto' : 'step']).toBe(0);
    expect(speed.seconds).toBeGreaterThanOrEqual(seconds);
    expect(speed.perSecond).toBe(speed.count / speed.seconds);
  });
});

it('environments made and closed', () => {
  let closed = 0;
  const speed = benchmarkInit(() => goodEnv({ close: () => closed++ }), { seconds });
  expect(closed).toBe(speed.count);
});

it('frames', () => {
  let frames = 0;
  const render = (): string => `frame ${++frames}`;
  const speed = benchmarkRender(goodEnv({ metadata: { renderModes: ['ansi'], renderFps: 1 }, render }, 'ansi'), {
    seconds,
  });
  expect(frames).toBe(speed.count);
  expect(() => benchmarkRender(goodEnv(), { seconds })).toThrow('made without a render mode');
});

it('what cannot be measured is refused', () => {
  expect(() => benchmarkStep(vary(goodEnv(), {}), { seconds, path: 'columns' })).toThrow('no resetInto and stepInto');
  for (const none of [0, -1, Number.NaN])
    expect(() => benchmarkStep(goodEnv(), { seconds: none })).toThrow(
      `a benchmark needs some time, not ${none} seconds`,
    );
});
