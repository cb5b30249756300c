/** make: wrappers in their order, limits, arguments that must be JSON, specs that travel as JSON, types that carry through. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Env } from '../../../env/gym/env.js';
import { type MakeOptions, make } from '../../../env/gym/make.js';
import { makeVec, type VectorOf } from '../../../env/gym/make-vec.js';
import { type Registry, register, spec } from '../../../env/gym/registry.js';
import { specFromJson, specToJson } from '../../../env/gym/spec.js';
import type { VectorEnv } from '../../../env/gym/vector/vector-env.js';
import { collectWarnings } from '../../../env/gym/warn.js';
import { clipReward } from '../../../env/gym/wrappers/clip-reward.js';
import { wrap } from '../../../env/gym/wrappers/wrap.js';
import { layersOf } from '../../../env/gym/wrappers/wrapper.js';
import { plain } from '../../../experiments/golden/gymnasium/plain.js';
import { countingEnv } from './check/counting.js';

declare module '../../../env/gym/index.js' {
  interface EnvTypes {
    'make-test/Counting-v0': Env<Float32Array, number, Float32Array>;
  }
}

const own: Registry = new Map();
register({ id: 'Plain-v0', maxEpisodeSteps: 5, kwargs: { size: 2 } }, plain, own);
register({ id: 'make-test/Counting-v0' }, () => countingEnv(), own);

const around = (env: Env): string[] => layersOf(env).map(({ wrapper }) => wrapper.name);
const ALL = ['TimeLimit', 'OrderEnforcing', 'PassiveEnvChecker'];

describe('wrappers', () => {
  it.each<[MakeOptions, string[], number | null]>([
    [{}, ALL, 5],
    [{ maxEpisodeSteps: 7 }, ALL, 7],
    [{ maxEpisodeSteps: -1 }, ALL.slice(1), null],
    [{ maxEpisodeSteps: null }, ALL.slice(1), null],
    [{ disableEnvChecker: true }, ALL.slice(0, 2), 5],
  ])('%j', (options, names, limit) => {
    const env = make('Plain-v0', options, own);
    expect(around(env)).toEqual(names);
    expect(env.spec?.maxEpisodeSteps).toBe(limit);
    expect(env.unwrapped.spec).toMatchObject({ maxEpisodeSteps: null, orderEnforce: false, disableEnvChecker: true });
  });

  it('a limit of no steps is refused', () => {
    expect(() => make('Plain-v0', { maxEpisodeSteps: 0 }, own)).toThrow(
      'Plain-v0: maxEpisodeSteps is 0, expected a whole number of steps above 0, or null for no limit',
    );
  });

  it('of a spec come back', () => {
    const env = wrap(make('Plain-v0', { size: 4 }, own), clipReward({ minReward: -1, maxReward: 1 }));
    const text = specToJson(env.spec ?? spec('Plain-v0', own));
    const again = make(specFromJson(text), {}, own);
    expect(around(again)).toEqual(['ClipReward', ...ALL]);
    expect(specToJson(again.spec ?? spec('Plain-v0', own))).toBe(text);
    expect((again.unwrapped as { size?: number }).size).toBe(4);
  });
});

describe('arguments', () => {
  const sizeOf = (options: MakeOptions): unknown =>
    (make('Plain-v0', options, own).unwrapped as { size?: number }).size;

  it('are those of the spec unless given', () => {
    expect([sizeOf({}), sizeOf({ size: 9 })]).toEqual([2, 9]);
    expect(make('Plain-v0', { size: 9 }, own).spec?.kwargs).toEqual({ size: 9 });
  });

  it('must be JSON', () => {
    const given: [unknown, string][] = [
      [() => 1, 'kwargs.size is a function'],
      [{ at: [1, Number.NaN] }, 'kwargs.size.at[1] is NaN'],
      [new Map(), 'kwargs.size is a Map'],
      [undefined, 'kwargs.size is'],
    ];
    for (const [size, message] of given)
      expect(() => make('Plain-v0', { size }, own)).toThrow(
        new RegExp(`Plain-v0: ${message.replace(/[[\]]/g, '\\$&')}.*JSON cannot say`),
      );
  });

  it('that the environment refuses are named with it', () => {
    expect(() => make('Plain-v0', { sise: 4 }, own)).toThrow(
      'Plain-v0: Plain has no argument sise (made with {"size":2,"sise":4})',
    );
  });

  it.each([5, null, undefined, ['A']])('an id that is %j', (id) => {
    expect(() => make(id as never, {}, own)).toThrow(/expected the id of an environment or its spec, not/);
  });

  it('a render mode that there is not is warned of', () => {
    const { value, warnings } = collectWarnings(() => make('Plain-v0', { renderMode: 'human' }, own));
    expect(warnings).toEqual(['Plain-v0: render mode "human" is not one of its modes (ansi)']);
    expect(value.spec?.kwargs).toEqual({ size: 2, renderMode: 'human' });
    expect(make('Plain-v0', { renderMode: 'ansi' }, own).renderMode).toBe('ansi');
  });

  it('code that is nowhere is named', () => {
    expect(() => make({ ...spec('Plain-v0', own), entryPoint: 'Plane' }, {}, own)).toThrow(
      'Plain-v0: no code is registered under the name "Plane"',
    );
    expect(() => make({ ...spec('Plain-v0', own), entryPoint: null }, {}, own)).toThrow('Plain-v0 has no entry point');
  });
});

describe('makeVec', () => {
  it('makes several, with options for each and for all', () => {
    const vector = makeVec('Plain-v0', { count: 3, size: 4, vectorOptions: { autoreset: 'same-step' } }, own);
    expect([vector.count, vector.autoreset]).toEqual([3, 'same-step']);
    expect(vector.envs?.map((env) => env.spec?.kwargs)).toEqual([{ size: 4 }, { size: 4 }, { size: 4 }]);
    expect(vector.spec?.kwargs).toEqual({
      size: 4,
      count: 3,
      vectorMode: 'sync',
      vectorOptions: { autoreset: 'same-step' },
    });
    vector.reset({ seed: 1 });
    expect(vector.step(new Int32Array(3))[1]).toEqual(new Float64Array(3));
  });

  it('takes the form that an environment has of its own', () => {
    const counts: number[] = [];
    const vectorEntryPoint = (count: number): VectorEnv => {
      counts.push(count);
      return makeVec('Plain-v0', { count }, own);
    };
    const both: Registry = new Map();
    register({ id: 'Both-v0' }, { entryPoint: plain, vectorEntryPoint }, both);
    expect(makeVec('Both-v0', { count: 2 }, both).count).toBe(2);
    expect(makeVec('Both-v0', { count: 2, vectorMode: 'sync' }, both).count).toBe(2);
    expect(counts).toEqual([2]);
    register({ id: 'Vector-v0' }, { vectorEntryPoint }, both);
    expect(() => make('Vector-v0', {}, both)).toThrow('Vector-v0 has no entry point');
  });

  it('refuses other modes and counts', () => {
    expect(() => makeVec('Plain-v0', { vectorMode: 'threads' as never }, own)).toThrow(
      'vectorMode is "threads", expected one of sync, entry-point',
    );
    expect(() => makeVec('Plain-v0', { vectorMode: 'entry-point' }, own)).toThrow('Plain-v0 has no vector entry point');
    for (const count of [0, 1.5, '2'])
      expect(() => makeVec('Plain-v0', { count: count as never }, own)).toThrow('expected a whole number');
  });
});

it('an id knows the types of its environment', () => {
  const env = make('make-test/Counting-v0', {}, own);
  expectTypeOf(env).toEqualTypeOf<Env<Float32Array, number, Float32Array>>();
  expectTypeOf(env.step).parameter(0).toEqualTypeOf<number>();
  const vector = makeVec('make-test/Counting-v0', { count: 2 }, own);
  expectTypeOf(vector).toEqualTypeOf<VectorEnv<Float32Array, number, Float32Array>>();
  expectTypeOf<VectorOf<Env>>().toEqualTypeOf<VectorEnv>();
  expectTypeOf(make('Plain-v0' as string, {}, own)).toEqualTypeOf<Env>();
  const [observation] = env.reset({ seed: 1 });
  expect(observation).toBeInstanceOf(Float32Array);
});
