/** Members of layers: found from the outermost inwards, set where they are. */
import { expect, it } from 'vitest';
import { getWrapperAttribute, hasWrapperAttribute, setWrapperAttribute } from '../../../env/gym/attributes.js';
import type { Env } from '../../../env/gym/env.js';
import { createEnv } from '../../../env/gym/kernel.js';
import { orderEnforcing } from '../../../env/gym/wrappers/order-enforcing.js';
import { timeLimit } from '../../../env/gym/wrappers/time-limit.js';
import { wrap } from '../../../env/gym/wrappers/wrap.js';
import { countingKernel } from './check/counting.js';

const wrapped = (): Env =>
  wrap(
    wrap(
      createEnv((random) => ({ ...countingKernel(random), extras: { size: 3 } })),
      orderEnforcing(),
    ),
    timeLimit(5),
  ) as Env;

it('are found wherever they are', () => {
  const env = wrapped();
  expect(getWrapperAttribute(env, 'size')).toBe(3);
  expect(getWrapperAttribute(env, 'wrapper')).toMatchObject({ name: 'TimeLimit' });
  expect([hasWrapperAttribute(env, 'size'), hasWrapperAttribute(env, 'colour')]).toEqual([true, false]);
  expect(() => getWrapperAttribute(env, 'colour')).toThrow(
    'neither the environment nor a wrapper around it has "colour"',
  );
});

it('are set where they are, else in the environment itself', () => {
  const env = wrapped();
  expect(setWrapperAttribute(env, 'size', 4)).toBe(true);
  expect((env.unwrapped as { size?: number }).size).toBe(4);
  expect(setWrapperAttribute(env, 'colour', 'red', { force: false })).toBe(false);
  expect(hasWrapperAttribute(env, 'colour')).toBe(false);
  expect(setWrapperAttribute(env, 'colour', 'red')).toBe(true);
  expect(Object.hasOwn(env.unwrapped, 'colour')).toBe(true);
});
