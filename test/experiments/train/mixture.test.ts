import { describe, expect, it } from 'vitest';
import { createColumns } from '../../../env/gym/columns.js';
import type { Env } from '../../../env/gym/env.js';
import { openNamedTask } from '../../../experiments/tasks/open.js';
import { mixture } from '../../../experiments/train/mixture.js';

const at = (load: number): Env => openNamedTask('Draft-v0', { load, requests: 5, base: 'srpt' }) as Env;
const LOADS = [0.4, 3];

/** Observations and rewards of an episode, always with the same choice. */
function played(env: Env, seed: number): unknown[] {
  const said: unknown[] = [env.reset({ seed })[0]];
  for (let over = false; !over; ) {
    const [observation, reward, terminated] = env.step(1);
    said.push(observation, reward);
    over = terminated;
  }
  return said;
}

describe('a mixture', () => {
  it('plays each episode in one of its environments, by the seed alone', () => {
    const alone = LOADS.map(at);
    const mixed = mixture(LOADS.map(at));
    const chosen = Array.from({ length: 12 }, (_, seed) => {
      const episode = played(mixed, seed);
      expect(played(mixed, seed)).toEqual(episode);
      return alone.findIndex((env) => JSON.stringify(played(env, seed)) === JSON.stringify(episode));
    });
    expect(new Set(chosen)).toEqual(new Set([0, 1]));
  });

  it('writes rows as the tuple API does, masks included, and tells whom it plays', () => {
    const [one, two] = [mixture(LOADS.map(at)), mixture(LOADS.map(at))];
    two.reset({ seed: 0 });
    const out = createColumns(one.observationSpace, 1, two.actionMasks?.().length);
    for (const seed of [3, 4, 5, 6]) {
      one.resetInto?.(out, 0, { seed });
      const [seen, info] = two.reset({ seed });
      expect(out.observation).toEqual(seen);
      expect(out.mask).toEqual(info.action_mask);
      expect((one.unwrapped as ReturnType<typeof openNamedTask>).privileged()).toEqual(
        (two.unwrapped as ReturnType<typeof openNamedTask>).privileged(),
      );
    }
  });

  it('is of one kind, and begins with seeds that are numbers', () => {
    const other = openNamedTask('Select-v0', { requests: 5 }) as Env;
    expect(() => mixture([at(1), other])).toThrow(/spaces differ: Discrete.* and Discrete/);
    expect(() => mixture(LOADS.map(at)).reset()).toThrow('reset of a mixture with seed undefined, expected a number');
    expect(mixture([other])).toBe(other);
  });
});
