/** A task opened for who plays it. */
import { stream } from '../../env/random.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { ServingEnv } from '../../env/tasks/serving-env.js';
import { openTask } from '../../env/tasks/task.js';
import type { TaskNames } from '../tasks/names.js';
import { resolveTask } from '../tasks/open.js';
import type { Answer } from './actions.js';
import { resolvePlayer } from './player.js';

/** What came of one answer. */
export interface Played extends Answer {
  readonly reward: number;
  /** Seconds since the last question. */
  readonly elapsed: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly info: Readonly<Record<string, unknown>>;
  /** What is seen now. */
  readonly observation: unknown;
  readonly mask: Uint8Array | null;
}

export interface Play {
  readonly env: ServingEnv<unknown, unknown, unknown>;
  /** In words: what is done. */
  readonly says: string;
  /** Begins an episode. The same seed: the same requests, luck and answers. @param options of `reset` */
  begin(seed: string, options?: Readonly<Record<string, unknown>>): Pick<Played, 'observation' | 'mask'>;
  /** Answers the open question. */
  step(): Played;
}

/** @throws Error that names what does not exist or does not fit */
export function openPlay(id: string, policy: string, names: TaskNames, recorders: (() => Recorder)[] = []): Play {
  const player = resolvePlayer(policy, id, names);
  const { world, values, open } = resolveTask(id, player.names);
  const env = openTask(player.task, world, values, { ...open, recorders });
  const { actionSpace, observationSpace } = env;
  let random = stream(0, 'player');
  let observation: unknown;
  let mask: Uint8Array | null = null;
  return {
    env,
    says: player.says,
    begin(seed, options = {}) {
      random = stream(seed, 'player');
      const [first, info] = env.reset({ seed, options });
      observation = first;
      mask = maskIn(info);
      return { observation, mask };
    },
    step() {
      const answer = player.act(actionSpace, { space: observationSpace, observation, mask }, random);
      const [next, reward, terminated, truncated, info] = env.step(answer.action);
      observation = next;
      mask = maskIn(info);
      return { ...answer, reward, elapsed: Number(info.elapsed), terminated, truncated, info, observation, mask };
    },
  };
}

const maskIn = (info: Readonly<Record<string, unknown>>): Uint8Array | null =>
  (info.action_mask as Uint8Array | undefined) ?? null;
