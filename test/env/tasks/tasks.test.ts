/** What every task of the catalogue promises, small instances, random legal actions. */
import { describe, expect, it } from 'vitest';
import { formatReport, inspectEnv } from '../../../env/gym/check/check-env.js';
import { createColumns } from '../../../env/gym/columns.js';
import { atRandom, forms, play, playOn, smallTask } from './small.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe.each(forms)('%s', (_form, id, names) => {
  const open = (more = {}) => smallTask(id, { ...names, ...more });

  it('ends with everybody gone, whatever is done', () => {
    for (const seed of process.env.SERVEGYM_LONG ? [1, 2, 3, 4, 5] : [1]) {
      const { info, summary } = play(open(), atRandom(seed), { seed });
      expect(info.outcome).toBe('drained');
      expect(summary.requests.finished).toBe(40);
    }
  });

  it('returns −ΣJCT under -jct', () => {
    const { rewards, summary } = play(open({ reward: '-jct' }), atRandom(4));
    const total = -summary.jct.mean * summary.requests.finished * 1e-6;
    expect(Math.abs(sum(rewards) / total - 1)).toBeLessThan(1e-9);
  });

  it('gives the same numbers for the same seed, others for another', () => {
    const { observations, rewards } = play(open(), atRandom(5), { seed: 5 });
    expect(play(open(), atRandom(5), { seed: 5 })).toMatchObject({ observations, rewards });
    expect(play(open(), atRandom(5), { seed: 6 }).observations).not.toEqual(observations);
  });

  it('writes the same numbers in place', () => {
    const env = open({ staleness: 1, noise: 0.1 });
    const { observations, rewards } = play(env, atRandom(6), { seed: 6 });
    const out = createColumns(env.observationSpace, 3, env.actionMasks?.().length ?? 0);
    const read = (): unknown => env.observationSpace.valueToJson(env.observationSpace.read(out.observation, 1));
    env.resetInto?.(out, 1, { seed: 6 });
    const seen = [read()];
    const given: number[] = [];
    for (let k = 0; out.terminated[1] === 0; k++) {
      env.stepInto?.(atRandom(6)(env, k), out, 1);
      seen.push(read());
      given.push(out.reward[1]);
    }
    expect(seen).toEqual(observations);
    expect(given).toEqual(rewards);
  });

  it.each([0, 2])(
    'goes on in a fork as it does itself, %i questions old and noisy observations included',
    (staleness) => {
      for (let steps = 4; steps < 10; steps++) {
        const env = open({ staleness, noise: 0.05 });
        env.reset({ seed: 7 });
        for (let k = 0; k < steps; k++) env.step(atRandom(7)(env, k));
        const twin = env.fork?.() as typeof env;
        const mine = playOn(env, atRandom(7), steps);
        expect(playOn(twin, atRandom(7), steps)).toEqual(mine);
        expect(mine.rewards.length).toBeGreaterThan(5);
      }
    },
  );

  it('shows what was so many questions ago, and noise where it is asked for', () => {
    const env = open({ staleness: 2 });
    const read = (seen: unknown): unknown => env.observationSpace.valueToJson(seen);
    const plain = read(open().reset({ seed: 1 })[0]);
    expect(read(open({ noise: 0.3 }).reset({ seed: 1 })[0])).not.toEqual(plain);
    expect(read(env.reset({ seed: 1 })[0])).toEqual(plain);
    for (let k = 0; k < 2; k++) expect(read(env.step(atRandom(8)(env, k))[0])).toEqual(plain);
    expect(read(env.step(atRandom(8)(env, 2))[0])).not.toEqual(plain);
  });

  it('breaks no rule of the contract', () => {
    const skip = ['memory-flat']; // a warning, and so few steps would show nothing
    const steps = process.env.SERVEGYM_LONG ? 50 : 10;
    const report = inspectEnv((how) => open({ requests: 8, ...how }), { steps, skip });
    expect(formatReport({ ...report, warnings: [] })).toBe('');
  });
});
