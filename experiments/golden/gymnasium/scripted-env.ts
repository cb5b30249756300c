/** The environment of the recordings: it plays a script of episode lengths, rewards, flags and infos. */
import { type Env, type Info, NO_METADATA, type ResetOptions } from '../../../env/gym/env.js';
import { box } from '../../../env/gym/spaces/box.js';
import { discrete } from '../../../env/gym/spaces/discrete.js';
import type { Space } from '../../../env/gym/spaces/space.js';
import { copyOf } from '../../../env/gym/vector/batches.js';
import { type Seed, type Stream, stream } from '../../../env/random.js';
import { decode, spaceOf } from './values.js';

interface Episode {
  /** The step that ends it; stepping on keeps the flags. */
  readonly length: number;
  readonly end?: 'terminated' | 'truncated' | 'both';
  readonly rewards?: readonly number[];
  /** By step. */
  readonly infos?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly reset_info?: Readonly<Record<string, unknown>>;
}

export interface Script {
  readonly episodes: readonly Episode[];
  readonly observation_space?: unknown;
  readonly action_space?: unknown;
  /** One a call of `reset` or `step`, cycled; without them an observation is `[episode, step]`. */
  readonly observations?: readonly unknown[];
  /** Whether infos tell the action, and the seed of a reset (−1: none). */
  readonly echo?: boolean;
}

const decoded = (info: Readonly<Record<string, unknown>> = {}): Info =>
  Object.fromEntries(Object.entries(info).map(([key, value]) => [key, decode(value)]));

/** The environment of a script. @param draws what its random stream gives next, in order; empty = its own numbers */
export function scriptedEnv(script: Script, { renderMode = null as string | null, draws = [] as number[] } = {}): Env {
  const own = stream(0, 'scripted');
  const random: Stream = { state: own.state, next: () => draws.shift() ?? own.next() };
  let episode = -1;
  let step = 0;
  let calls = 0;
  let seed: Seed | null = null;
  const now = (): Episode => {
    const { episodes } = script;
    return episodes[((episode % episodes.length) + episodes.length) % episodes.length];
  };
  const observe = (): unknown =>
    script.observations
      ? decode(script.observations[calls++ % script.observations.length])
      : Float32Array.of(episode, step);

  const env: Env = {
    observationSpace: script.observation_space
      ? spaceOf(script.observation_space)
      : (box(0, 1000, { shape: [2] }) as Space),
    actionSpace: script.action_space ? spaceOf(script.action_space) : (discrete(100) as Space),
    metadata: { ...NO_METADATA, renderModes: ['ansi'], renderFps: 10 },
    renderMode,
    spec: null,
    random,
    get randomSeed() {
      return seed;
    },
    get unwrapped() {
      return env;
    },
    reset(how: ResetOptions = {}) {
      seed = how.seed ?? seed;
      episode++;
      step = 0;
      const info = decoded(now().reset_info);
      if (script.echo) info.seed = how.seed ?? -1;
      return [observe(), info];
    },
    step(action) {
      const { length, end = 'terminated', rewards, infos } = now();
      step++;
      const ended = step >= length;
      const reward = rewards?.length ? rewards[(step - 1) % rewards.length] : episode * 10 + step;
      const info = decoded(infos?.[step]);
      if (script.echo) info.action = copyOf(action);
      return [observe(), reward, ended && end !== 'truncated', ended && end !== 'terminated', info];
    },
    render: () => `episode ${episode} step ${step}`,
    close() {},
  };
  return env;
}
