/** The entry `servegym/gym`: everything that a page of documentation would use, from one import. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFolder } from '../../../env/files.js';
import * as gym from '../../../env/gym/index.js';

it('is named in the package', () => {
  const { exports } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));
  expect(exports['./gym']).toEqual({ types: './dist/env/gym/index.d.ts', default: './dist/env/gym/index.js' });
});

it('is enough to write an environment, register, check, wrap and step it', () => {
  const { box, checkEnv, createEnv, discrete, make, makeVec, register, recordEpisodeStatistics, wrap } = gym;
  const walk = ({ goal = 3 }): gym.Env =>
    createEnv(() => {
      let at = 0;
      return {
        observationSpace: box(0, 10, { shape: [1] }),
        actionSpace: discrete(2),
        begin(out, row) {
          at = 0;
          out.observation[row] = 0;
        },
        advance(action: number, out, row) {
          if (action !== 0 && action !== 1) throw new Error(`${action} is no step`);
          out.observation[row] = at += action;
          out.reward[row] = -1;
          out.terminated[row] = at === goal ? 1 : 0;
          out.truncated[row] = 0;
        },
      };
    }) as gym.Env;
  register({ id: 'index-test/Walk-v0', maxEpisodeSteps: 20, kwargs: { goal: 4 } }, walk);
  const env = wrap(make('index-test/Walk-v0'), recordEpisodeStatistics());
  checkEnv(env.unwrapped, { steps: 1_000, skip: ['memory-flat'] });
  const again = wrap(make('index-test/Walk-v0'), recordEpisodeStatistics());
  again.reset({ seed: 1 });
  const ends = [1, 0, 1, 1, 1].map((action) => again.step(action)).at(-1);
  expect(ends?.slice(1, 4)).toEqual([-1, true, false]);
  expect(ends?.[4].episode).toMatchObject({ r: -5, l: 5 });
  expect(makeVec('index-test/Walk-v0', { count: 2 }).reset()[0]).toEqual(new Float32Array(2));
  gym.registry.delete('index-test/Walk-v0');
});
