/** Recorded scripts of vector environments, played through ours under each autoreset mode. */
import type { Info } from '../../../env/gym/env.js';
import { dictInfoToList } from '../../../env/gym/vector/dict-info-to-list.js';
import { syncVector } from '../../../env/gym/vector/sync.js';
import type { AutoresetMode, VectorEnv } from '../../../env/gym/vector/vector-env.js';
import { lift } from '../../../env/gym/wrappers/lift.js';
import type { Replayed } from '../replayed.js';
import { type Comparison, difference } from './compare.js';
import { correctedRewards } from './corrected-rewards.js';
import { correctedStatistics } from './corrected-statistics.js';
import { attributeOf, type RecordedWrapper, wrapperOf } from './layers.js';
import { type Script, scriptedEnv } from './scripted-env.js';
import { decode } from './values.js';
import { agree, attempt } from './wrappers.js';

export type Call = Readonly<Record<string, unknown>>;

export interface Run {
  readonly mode: 'NEXT_STEP' | 'SAME_STEP' | 'DISABLED';
  readonly spaces?: Readonly<Record<string, string>>;
  readonly calls?: readonly Call[];
  readonly error?: unknown;
}

export interface Recorded {
  readonly name: string;
  readonly envs: readonly Script[];
  readonly wrappers: readonly RecordedWrapper[];
  readonly runs: readonly Run[];
}

export const MODES: Readonly<Record<Run['mode'], AutoresetMode>> = {
  NEXT_STEP: 'next-step',
  SAME_STEP: 'same-step',
  DISABLED: 'disabled',
};

/** What is recorded and not reproduced, with what we do instead; each is checked against that. */
export const DEVIATIONS: readonly string[] = [
  'RecordEpisodeStatistics forgets all running episodes at a partial reset: ours forgets those that are reset (expected values are counted from the recorded rewards)',
  'NormalizeReward clears all running returns at a partial reset, and keeps returns of vectors in float32: ours clears those that are reset, and keeps float64 (expected values are computed from the script, the formula written out)',
  'infos: a number that comes after a whole one loses its fraction: ours keeps it, since there is one type of number',
  'reset removes reset_mask from the options of its caller: ours leaves them as they are',
  'AsyncVectorEnv cannot be used after infos that do not fit together, and orders keys otherwise under SAME_STEP: there is one order-free answer with us',
];

/** Every script of a recording under each of its modes. */
export const replayVector = (recording: unknown, file: string): Replayed[] =>
  (recording as { scripts: Recorded[] }).scripts.flatMap((script) =>
    script.runs.map((run) => replay(script, run, file)),
  );

function replay(script: Recorded, run: Run, file: string): Replayed {
  const name = `${script.name} ${run.mode}`;
  const calls = correctedRewards(script, run.mode, correctedStatistics(script, run));
  const how: Comparison = script.wrappers.some(([wrapper]) => wrapper === 'NormalizeReward') ? { tolerance: 1e-6 } : {};
  let steps = 1;
  const done = (found: string | null): Replayed => ({ name, steps, difference: found && `${file}: ${name}: ${found}` });
  const [env, refusal] = attempt(() => build(script, run.mode));
  if (run.error !== undefined || env === null) return done(agree(run.error, refusal, 'wrapping'));
  const seen = wrongSurface(run, env);
  if (seen !== null) return done(seen);
  for (const [k, call] of calls.entries()) {
    steps++;
    const found = wrongCall(env, call, `call ${k}`, how);
    if (found !== null) return done(found);
  }
  return done(null);
}

function build({ envs, wrappers }: Recorded, mode: Run['mode']): VectorEnv {
  const makers = envs.map((script) => () => scriptedEnv(script));
  return wrappers.reduce<VectorEnv>(
    (env, wrapper) =>
      (wrapper[0] === 'DictInfoToList' ? dictInfoToList(env) : lift(env, wrapperOf(wrapper))) as VectorEnv,
    syncVector(makers, { autoreset: MODES[mode] }),
  );
}

function wrongSurface({ mode, spaces = {} }: Run, env: VectorEnv): string | null {
  const ours: Readonly<Record<string, unknown>> = {
    single_observation_space: env.singleObservationSpace,
    observation_space: env.observationSpace,
    single_action_space: env.singleActionSpace,
    action_space: env.actionSpace,
  };
  if (env.metadata.autoresetMode !== MODES[mode]) return `metadata has autoreset mode ${env.metadata.autoresetMode}`;
  const wrong = Object.keys(spaces).find((key) => `${ours[key]}` !== spaces[key]);
  return wrong === undefined ? null : `${wrong} is ${ours[wrong]}, recorded ${spaces[wrong]}`;
}

function wrongCall(env: VectorEnv, call: Call, where: string, how: Comparison): string | null {
  const [given, error] = attempt(() => make(env, call));
  const wrong = agree(call.error, error, where);
  if (wrong !== null || given === null) return wrong;
  for (const [field, value] of Object.entries(given)) {
    const loose = field === 'infos' || field === 'value';
    const found = difference(
      call[field],
      value,
      `${where}: ${field}`,
      loose ? { ...how, loose } : field === 'rewards' ? how : {},
    );
    if (found !== null) return found;
  }
  return null;
}

type ResetCall = { seed?: number | number[]; options?: Readonly<Record<string, unknown>> };

/** Makes a call; gives what it returned by the names of the recording's fields. */
function make(env: VectorEnv, call: Call): Info {
  if ('step' in call) {
    const [obs, rewards, terminations, truncations, infos] = env.step(actionsOf(call.step));
    return { obs, rewards, terminations, truncations, infos };
  }
  if ('get' in call) return { value: attributeOf(env, call.get as string) };
  const { options, ...rest } = call.reset as ResetCall;
  if (options === undefined) {
    const [obs, infos] = env.reset(rest);
    return { obs, infos };
  }
  const given = Object.fromEntries(Object.entries(options).map(([key, value]) => [key, decode(value)]));
  const before = { ...given };
  const [obs, infos] = env.reset({ ...rest, options: given });
  for (const key of Object.keys(before))
    if (given[key] !== before[key]) throw new Error(`reset changed options.${key}`);
  return { obs, infos };
}

const actionsOf = (step: unknown): unknown => (Array.isArray(step) ? Int32Array.from(step) : decode(step));
