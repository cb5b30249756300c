/** `make` knows what a task shows and takes, in both forms of the tasks that have two; the type checker runs these, too. */
import { expect, expectTypeOf, it } from 'vitest';
import type { VectorEnv } from '../../../env/gym/index.js';
import {
  make,
  makeVec,
  type ServingEnv,
  type SetAction,
  type SetBatch,
  type SetObservation,
} from '../../../experiments/tasks/index.js';

type OfRequests = ServingEnv<SetObservation, SetAction, SetBatch>;
type Slots = ServingEnv<Float32Array, Float32Array, Float32Array>;

it('sets without slots', () => {
  const env = make('Serve-v0', { requests: 5 });
  expectTypeOf(env).toEqualTypeOf<OfRequests>();
  expectTypeOf(make('Serve-v0')).toEqualTypeOf<OfRequests>();
  expectTypeOf(make('Memory-v0', { slots: 0 })).toEqualTypeOf<OfRequests>();
  expect(env.reset({ seed: 1 })[0].engine).toBeInstanceOf(Float32Array);
});

it.each(['Admit-v0', 'Memory-v0', 'Serve-v0', 'Speculate-v0'] as const)('%s: flat arrays with slots', (id) => {
  const env = make(id, { slots: 4, requests: 5 });
  expectTypeOf(env).toEqualTypeOf<Slots>();
  expectTypeOf(env.step).parameter(0).toEqualTypeOf<Float32Array>();
  const [observation] = env.reset({ seed: 1 });
  expect(observation).toHaveLength(4 * 16 + 10);
  expectTypeOf(makeVec(id, { slots: 4, count: 2 })).toEqualTypeOf<
    VectorEnv<Float32Array, Float32Array, Float32Array>
  >();
});

it('either where the number of slots is not known', () => {
  const slots: number = Number(process.argv.length);
  expectTypeOf(make('Serve-v0', { slots })).toEqualTypeOf<OfRequests | Slots>();
  expectTypeOf(make('Pick-v0', { requests: 5 })).toEqualTypeOf<ServingEnv<Float32Array, number, Float32Array>>();
});
