/** Statistics of wrappers: saved as JSON, loaded elsewhere, frozen for evaluation, copied by forks. */
import { describe, expect, it } from 'vitest';
import type { Env } from '../../../../env/gym/env.js';
import { syncVector } from '../../../../env/gym/vector/sync.js';
import { lift } from '../../../../env/gym/wrappers/lift.js';
import { normalizeObservation } from '../../../../env/gym/wrappers/normalize-observation.js';
import { normalizeReward } from '../../../../env/gym/wrappers/normalize-reward.js';
import { episodeStatistics, recordEpisodeStatistics } from '../../../../env/gym/wrappers/record-episode-statistics.js';
import { createMoments, takeIn } from '../../../../env/gym/wrappers/running-moments.js';
import { freeze, loadStatistics, statistics } from '../../../../env/gym/wrappers/statistics.js';
import { wrap } from '../../../../env/gym/wrappers/wrap.js';
import { stateOf } from '../../../../env/gym/wrappers/wrapper.js';
import { actionsFor, playTuples } from './played.js';
import { probe } from './probe.js';

const made = (): Env => wrap(wrap(probe(), normalizeObservation()), normalizeReward()) as Env;
const actions = actionsFor(probe().actionSpace, 1);

describe('saved statistics', () => {
  it('go through JSON and give the same numbers in another environment', () => {
    const trained = made();
    playTuples(trained, actions, 1);
    const saved = JSON.parse(JSON.stringify(statistics(trained)));
    expect(saved.map(({ name }: { name: string }) => name)).toEqual(['NormalizeReward', 'NormalizeObservation']);
    const other = made();
    loadStatistics(other, saved);
    expect(statistics(other)).toEqual(statistics(trained));
    for (const env of [trained, other]) freeze(env);
    expect(other.reset({ seed: 8 })).toEqual(trained.reset({ seed: 8 }));
  });

  it('of a vector fit one environment', () => {
    const many = lift(lift(syncVector([() => probe(), () => probe()]), normalizeObservation()), normalizeReward());
    many.reset({ seed: 1 });
    many.step(Int32Array.of(1, 2));
    const one = made();
    loadStatistics(one, statistics(many));
    expect(statistics(one)).toEqual(statistics(many));
  });

  it('stay what they are while frozen, and go on after', () => {
    const env = made();
    playTuples(env, actions, 1);
    const before = JSON.stringify(statistics(env));
    freeze(env);
    playTuples(env, actions, 2);
    expect(JSON.stringify(statistics(env))).toBe(before);
    freeze(env, false);
    playTuples(env, actions, 2);
    expect(JSON.stringify(statistics(env))).not.toBe(before);
  });

  it('must be those of the same wrappers and sizes', () => {
    const saved = statistics(made());
    expect(() => loadStatistics(probe(), saved)).toThrow(/expected those of nothing/);
    const short = JSON.parse(JSON.stringify(saved));
    short[1].state.moments.mean = [1];
    const env = made();
    const before = statistics(env);
    expect(() => loadStatistics(env, short)).toThrow(/NormalizeObservation: moments.mean is \[1\], expected 2 numbers/);
    expect(statistics(env)).toEqual(before);
  });

  it('a fork has its own', () => {
    const env = made();
    playTuples(env, actions, 1);
    const twin = env.fork?.() as Env;
    const before = JSON.stringify(statistics(twin));
    playTuples(env, actions, 2);
    expect(JSON.stringify(statistics(twin))).toBe(before);
  });
});

describe('running moments', () => {
  const xs = [3, -1, 4, 1.5, 9];
  const naive = (): { mean: number; variance: number } => {
    const weight = 1e-4 + xs.length;
    const mean = xs.reduce((a, b) => a + b) / weight;
    return { mean, variance: xs.reduce((sum, x) => sum + (x - mean) ** 2, 1e-4 * (1 + mean ** 2)) / weight };
  };

  it.each([[[5]], [[2, 3]], [[1, 1, 1, 1, 1]]])('are those of all numbers at once, in batches of %j', (batches) => {
    const moments = createMoments(1);
    let from = 0;
    for (const n of batches) {
      takeIn(moments, n, Float64Array.from(xs), from);
      from += n;
    }
    expect(moments.count).toBeCloseTo(5.0001, 12);
    expect(moments.mean[0]).toBeCloseTo(naive().mean, 12);
    expect(moments.variance[0]).toBeCloseTo(naive().variance, 12);
  });

  it('no rows change nothing', () => {
    const moments = createMoments(1);
    takeIn(moments, 0, Float64Array.of(Number.NaN));
    expect(moments).toEqual(createMoments(1));
  });
});

describe('episode statistics', () => {
  it('queues keep the last episodes; r is the undiscounted return', () => {
    const env = wrap(probe({ lengths: [2] }), recordEpisodeStatistics({ bufferLength: 3 }));
    const returns: number[] = [];
    for (let k = 0; k < 5; k++) {
      env.reset(k === 0 ? { seed: 3 } : {});
      const [, first] = env.step(1);
      const [, second, , , info] = env.step(2);
      returns.push(first + second);
      expect(info.episode).toMatchObject({ r: first + second, l: 2 });
      expect((info.episode as { t: number }).t).toBeGreaterThanOrEqual(0);
    }
    const { returnQueue, lengthQueue, timeQueue, episodeCount } = episodeStatistics(env);
    expect(returnQueue).toEqual(returns.slice(2));
    expect([lengthQueue, timeQueue.length, episodeCount]).toEqual([[2, 2, 2], 3, 5]);
  });

  it('refuses to overwrite what the environment says', () => {
    const env = wrap(probe(), recordEpisodeStatistics({ statsKey: 'level' }));
    env.reset({ seed: 1 });
    for (let k = 0; k < 2; k++) env.step(0);
    expect(() => env.step(0)).toThrow(/RecordEpisodeStatistics: the environment's info has "level" already/);
  });

  it('stateOf names the wrappers that there are', () => {
    expect(() => stateOf(made(), 'TimeLimit')).toThrow(/no TimeLimit.*there are NormalizeReward, NormalizeObservation/);
  });
});
