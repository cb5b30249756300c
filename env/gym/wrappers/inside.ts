/** What a wrapper sees of an environment, and of a vector of them. */
import type { Stream } from '../../random.js';
import type { Env } from '../env.js';
import type { EnvSpec } from '../spec.js';
import type { VectorEnv } from '../vector/vector-env.js';
import { type AnyWrapper, type Inside, layersOf } from './wrapper.js';

/** One environment. */
export const insideOf = (env: Env): Inside => ({
  rows: 1,
  observationSpace: env.observationSpace,
  actionSpace: env.actionSpace,
  metadata: env.metadata,
  autoreset: null,
  maxEpisodeSteps: limitOf(env),
  env,
  random: () => env.random,
  mask: () => env.actionMasks?.() ?? null,
  render: () => env.render(),
});

/** A vector of environments. */
export const insideOfVector = (env: VectorEnv): Inside => ({
  rows: env.count,
  observationSpace: env.singleObservationSpace,
  actionSpace: env.singleActionSpace,
  metadata: env.metadata,
  autoreset: env.autoreset,
  maxEpisodeSteps: limitOf(env) ?? (env.envs?.[0] ? limitOf(env.envs[0]) : null),
  env: null,
  random(row): Stream {
    const one = env.envs?.[row];
    if (one === undefined) throw new Error('this wrapper draws random numbers: wrap each environment of the vector');
    return one.random;
  },
  mask(row) {
    const all = env.actionMasks?.();
    if (all === undefined) return null;
    const width = all.length / env.count;
    return all.subarray(row * width, (row + 1) * width);
  },
  render: () => env.render(),
});

function limitOf(env: Env | VectorEnv): number | null {
  const limit = layersOf(env).find(({ wrapper }) => wrapper.name === 'TimeLimit')?.wrapper.options.maxEpisodeSteps;
  return typeof limit === 'number' ? limit : (env.spec?.maxEpisodeSteps ?? null);
}

/** What the spec becomes when a wrapper is put around. */
export const extended = (spec: EnvSpec | null, { name, options, inSpec }: AnyWrapper): EnvSpec | null =>
  spec === null
    ? null
    : inSpec
      ? inSpec(spec)
      : { ...spec, additionalWrappers: [...spec.additionalWrappers, { name, options }] };
