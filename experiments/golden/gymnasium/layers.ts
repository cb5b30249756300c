/** The recorded names of wrappers, their options and attributes, in our terms. */
import type { Env } from '../../../env/gym/env.js';
import type { VectorEnv } from '../../../env/gym/vector/vector-env.js';
import { makeWrapper } from '../../../env/gym/wrappers/catalogue.js';
import { freeze } from '../../../env/gym/wrappers/statistics.js';
import { transformAction, transformObservation, transformReward } from '../../../env/gym/wrappers/transform.js';
import { type AnyWrapper, stateOf } from '../../../env/gym/wrappers/wrapper.js';
import { decode, spaceOf } from './values.js';

/** A wrapper as scripts have it: its class and its arguments. */
export type RecordedWrapper = readonly [name: string, args: Readonly<Record<string, unknown>>];

/** Arguments that we call otherwise than in camel case. */
const RENAMED: Readonly<Record<string, string>> = {
  disable_render_order_enforcing: 'renderAnytime',
  padding_type: 'padding',
  num_repeats: 'repeats',
};

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const plain = (x: unknown): unknown => (typeof x === 'object' && x !== null && 'array' in x ? decode(x) : x);

/** @throws Error as the wrapper's factory does */
export function wrapperOf([name, args]: RecordedWrapper): AnyWrapper {
  if (name.startsWith('Transform')) return transformOf(name, args) as AnyWrapper;
  const options = Object.entries(args).map(([key, value]) => [RENAMED[key] ?? camel(key), optionOf(value)]);
  return makeWrapper({ name, options: Object.fromEntries(options) });
}

const optionOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'tuple' in value ? (decode(value) as unknown) : plain(value);

/** The functions that scripts name. */
const FUNCTIONS: Readonly<Record<string, (x: never) => unknown>> = {
  double: (x: Float32Array) => x.map((v) => v * 2),
  negate: (x: number) => -x,
  plus_one: (x: number) => x + 1,
};

function transformOf(name: string, args: Readonly<Record<string, unknown>>): unknown {
  const of = FUNCTIONS[(args.func as { function: string }).function];
  const spaces = (args.observation_space ?? args.action_space) as { space: unknown } | undefined;
  const space = spaces && spaceOf(spaces.space);
  if (name === 'TransformObservation') return transformObservation(of as (x: unknown) => unknown, space);
  if (name === 'TransformAction') return transformAction(of as (x: unknown) => unknown, space);
  return transformReward(of as (x: number) => number);
}

type Read = (state: never) => unknown;
type Moments = { moments: { mean: Float64Array; variance: Float64Array; count: number } };

/** Attributes of wrappers: whose they are, and where their state has them. */
const ATTRIBUTES: Readonly<Record<string, readonly [wrapper: string, read: Read]>> = {
  _elapsed_steps: ['TimeLimit', (s: { elapsedSteps: Int32Array }) => s.elapsedSteps[0]],
  has_reset: ['OrderEnforcing', (s: { hasReset: Uint8Array }) => s.hasReset[0] === 1],
  episode_count: ['RecordEpisodeStatistics', (s: { episodeCount: number }) => s.episodeCount],
  return_queue: ['RecordEpisodeStatistics', (s: { returnQueue: number[] }) => s.returnQueue],
  length_queue: ['RecordEpisodeStatistics', (s: { lengthQueue: number[] }) => s.lengthQueue],
  episode_returns: ['RecordEpisodeStatistics', (s: { episodeReturns: Float64Array }) => s.episodeReturns],
  episode_lengths: ['RecordEpisodeStatistics', (s: { episodeLengths: Int32Array }) => s.episodeLengths],
  'obs_rms.mean': ['NormalizeObservation', (s: Moments) => s.moments.mean],
  'obs_rms.var': ['NormalizeObservation', (s: Moments) => s.moments.variance],
  'obs_rms.count': ['NormalizeObservation', (s: Moments) => s.moments.count],
  'return_rms.mean': ['NormalizeReward', (s: Moments) => s.moments.mean],
  'return_rms.var': ['NormalizeReward', (s: Moments) => s.moments.variance],
  'return_rms.count': ['NormalizeReward', (s: Moments) => s.moments.count],
  discounted_reward: ['NormalizeReward', (s: { discounted: Float64Array }) => s.discounted],
  accumulated_reward: ['NormalizeReward', (s: { discounted: Float64Array }) => s.discounted],
};

/** What a recorded attribute is with us. @throws Error if we know no such attribute */
export function attributeOf(env: Env | VectorEnv, name: string): unknown {
  if (name === 'np_random_seed' && 'envs' in env) return env.envs?.map((one) => one.randomSeed);
  const known = ATTRIBUTES[name];
  if (!known) throw new Error(`attribute ${name} is not known`);
  return known[1](stateOf(env, known[0]) as never);
}

/** Sets a recorded attribute. @throws Error if we know no such attribute */
export function setAttribute(env: Env | VectorEnv, name: string, value: unknown): void {
  if (name !== 'update_running_mean') throw new Error(`attribute ${name} is not known`);
  freeze(env, value !== true);
}
