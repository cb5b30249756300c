/** Episodes of a task for training: on a seed of a split everybody meets the same requests and the same luck. */
import type { Scheduler } from '../../env/serving/policy.js';
import type { Reward } from '../../env/tasks/rewards/reward.js';
import { promisedWorld } from '../../env/tasks/task.js';
import type { World } from '../../env/tasks/world.js';
import type { Split } from '../../env/workloads/families/family.js';
import type { Workload } from '../../env/workloads/workload.js';
import type { Weights } from '../../predictors/weights.js';
import { resolveScheduler } from '../catalogue.js';
import { schedulerOf } from '../policies.js';
import type { Work } from '../pool.js';
import { resolveTask } from '../tasks/open.js';
import { readTraces } from '../tasks/trace.js';
import { type EpisodeFigures, playEpisode } from './play-episode.js';
import { placeOf, type Stage } from './stage.js';

/** Who plays: a heuristic with the engine knobs that belong to it, or the policy with these weights. */
export type Player =
  | { readonly name: string; readonly scheduler: string }
  | { readonly name: string; readonly weights: Weights };

/** A seed of a split, and who meets there. */
export interface Meeting {
  readonly split: Split;
  /** Number of the paired seed, from 0. */
  readonly index: number;
  readonly players: readonly Player[];
}

/** Who played where, and what the episode came to. */
export interface Played extends EpisodeFigures {
  readonly split: Split;
  readonly index: number;
  readonly name: string;
}

export interface EpisodeSetup {
  readonly stage: Stage;
  readonly seed: number;
}

/** What a worker does: one meeting, player by player. */
export async function openEpisodes({ stage, seed }: EpisodeSetup): Promise<Work<Meeting, Played>> {
  const { facts: about, kind, places } = stage;
  await readTraces(places);
  const opened = new Map<string, { world: World; base: () => Scheduler; reward: Reward }>();
  const openFor = (place: number, split: Split, spec: string) => {
    const key = `${place} ${split} ${spec}`;
    const known = opened.get(key);
    if (known) return known;
    const { task, world, values, open } = resolveTask(about.task, { ...places[place], split, base: spec });
    const made = { world: promisedWorld(task, world, values), base: open.base, reward: open.reward };
    opened.set(key, made);
    return made;
  };
  return function* ({ split, index, players }) {
    let workload: Workload | undefined; // whoever comes later finds what was drawn for those before
    for (const player of players) {
      const spec = 'scheduler' in player ? player.scheduler : stage.base;
      const { world, base, reward } = openFor(placeOf(stage, index), split, spec);
      const make =
        'scheduler' in player
          ? base
          : schedulerOf(player.name, { kind, about, weights: player.weights }, (each) => resolveScheduler(each).make);
      workload ??= world.source.sample(seed + index);
      yield {
        split,
        index,
        name: player.name,
        ...playEpisode({ ...world, workload }, make, reward, `${seed}/${index}`),
      };
    }
  };
}
