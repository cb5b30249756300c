import { lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { MakeEnv } from '../../../agents/learners/learner.js';
import { ppo } from '../../../agents/learners/ppo.js';
import { train$ } from '../../../agents/learners/stream.js';
import { corridor } from './toys.js';

const options = { seed: 1, steps: 256, envs: 2, rollout: 32, batch: 32, epochs: 2 };

/** The corridor, and how many of them are open. */
function counted() {
  const open = { count: 0, made: 0 };
  const make: MakeEnv = (seed) => {
    const env = corridor(seed);
    const { close } = env;
    open.count++;
    open.made++;
    return Object.assign(env, {
      close() {
        open.count--;
        close();
      },
    });
  };
  return { open, make };
}

describe('train$', () => {
  it('tells of each iteration, and ends with what the learner gives', async () => {
    const { open, make } = counted();
    const rows = await lastValueFrom(train$(ppo, make, options).pipe(toArray()));
    expect(rows.map(({ done }) => done)).toEqual([64, 128, 192, 256]);
    const trained = await ppo(make, options);
    expect(rows.at(-1)?.agent.save()).toEqual(trained.save());
    expect(rows[0].agent.save()).not.toEqual(trained.save());
    expect(open.count).toBe(0);
  });

  it('is cold: nothing is made before somebody listens, and each listener trains anew', async () => {
    const { open, make } = counted();
    const stream = train$(ppo, make, options);
    expect(open.made).toBe(0);
    const [one, two] = await Promise.all([lastValueFrom(stream), lastValueFrom(stream)]);
    expect(open.made).toBe(4);
    expect(one.agent.save()).toEqual(two.agent.save());
  });

  it('breaks the training off with the subscription, and closes the environments', async () => {
    const { open, make } = counted();
    const rows = await lastValueFrom(train$(ppo, make, { ...options, steps: 1e9 }).pipe(take(2), toArray()));
    expect(rows).toHaveLength(2);
    while (open.count > 0) await new Promise(setImmediate);
    expect(open.made).toBe(2);
  });

  it('says what was wrong', async () => {
    await expect(lastValueFrom(train$(ppo, corridor, { ...options, envs: 0 }))).rejects.toThrow('envs is 0');
    const broken: MakeEnv = () => {
      throw new Error('no such world');
    };
    await expect(lastValueFrom(train$(ppo, broken, options))).rejects.toThrow('no such world');
  });
});
