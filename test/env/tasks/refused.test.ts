/** What is wrong with an action, or with what `reset` was told, is said in one short sentence. */
import { expect, it } from 'vitest';
import { smallTask } from './small.js';

const heads = (): Float32Array => new Float32Array(12);

it.each([
  ['Serve-v0', heads().fill(Number.NaN, 3), 'Float32Array of 12 with NaN at 3 is not in Box'],
  ['Serve-v0', new Float32Array(1e6), 'Float32Array of 1000000 is not in Box'],
  ['Serve-v0', undefined, 'action undefined is not in Box'],
  ['Pick-v0', Number.NaN, 'action NaN is not in Discrete'],
  ['Pick-v0', 1e9, 'action 1000000000 is not in Discrete'],
])('%s: %s', (id, action, message) => {
  const env = smallTask(id, id === 'Serve-v0' ? { slots: 4 } : {});
  env.reset({ seed: 1 });
  expect(() => env.step(action)).toThrow(message);
});

it('names the parts of an action that has some', () => {
  const env = smallTask('Serve-v0');
  env.reset({ seed: 1 });
  const action = { engine: new Float32Array(4).fill(2), requests: new Float32Array(1e6) };
  expect(() => env.step(action)).toThrow(
    'action { engine: Float32Array of 4, requests: Float32Array of 1000000 } is not in Dict',
  );
});

it.each([5, null, [], {}])('refuses %j as a workload', (workload) => {
  const env = smallTask('Serve-v0');
  expect(() => env.reset({ seed: 1, options: { workload } })).toThrow('reset option workload is no workload, expected');
});
