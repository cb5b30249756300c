/** Episodes of a task for training: on a seed of a split everybody meets the same requests and the same luck. */
import { indexPolicy, withVector } from '../../agents/index-policy.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { createMetrics } from '../../env/serving/metrics.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Reward } from '../../env/tasks/rewards/reward.js';
import { createTally } from '../../env/tasks/rewards/tally.js';
import { promisedWorld } from '../../env/tasks/task.js';
import type { World } from '../../env/tasks/world.js';
import { fromSeconds, toSeconds } from '../../env/time.js';
import type { Split } from '../../env/workloads/families/family.js';
import type { Weights } from '../../predictors/weights.js';
import type { Work } from '../pool.js';
import { resolveTask } from '../tasks/open.js';
import type { Stage } from './stage.js';

/** Who plays: a heuristic with the engine knobs that belong to it, or the policy with these weights on top of the base. */
export type Player =
  | { readonly name: string; readonly scheduler: string }
  | { readonly name: string; readonly vector: readonly number[] };

/** A seed of a split, and who meets there. */
export interface Meeting {
  readonly split: Split;
  /** Number of the paired seed, from 0. */
  readonly index: number;
  readonly players: readonly Player[];
}

/** What an episode came to. */
export interface Played {
  readonly split: Split;
  readonly index: number;
  readonly name: string;
  /** −return: the task's reward, undiscounted, to the end of the drained episode. */
  readonly cost: number;
  /** Seconds. */
  readonly jct: number;
  readonly p99: number;
  /** The longest that anybody got no token, seconds. */
  readonly longestWait: number;
  readonly unserved: number;
}

/** Who leaves unserved is counted on for so long. */
const UNSERVED = fromSeconds(600);

export interface EpisodeSetup {
  readonly stage: Stage;
  /** Any weights of the policy's shape. */
  readonly first: Weights;
  readonly seed: number;
}

/** What a worker does: one meeting, player by player. */
export async function openEpisodes({ stage, first, seed }: EpisodeSetup): Promise<Work<Meeting, Played>> {
  const { facts, names } = stage;
  const opened = new Map<string, { world: World; base: () => Scheduler; reward: Reward }>();
  const openFor = (split: Split, spec: string) => {
    const key = `${split} ${spec}`;
    const known = opened.get(key);
    if (known) return known;
    const { task, world, values, open } = resolveTask(facts.task, { ...names, split, base: spec });
    const made = { world: promisedWorld(task, world, values), base: open.base, reward: open.reward };
    opened.set(key, made);
    return made;
  };
  const { perRequest, forAll, span, every, longestS } = facts;
  const acting = { name: 'policy', perRequest, forAll, span, every, longest: longestS * 1e6 };
  return function* ({ split, index, players }) {
    for (const player of players) {
      const { world, base, reward } = openFor(split, 'scheduler' in player ? player.scheduler : stage.base);
      const make = 'scheduler' in player ? base : indexPolicy(withVector(first, player.vector), { ...acting, base });
      yield { split, index, name: player.name, ...playEpisode(world, make, reward, seed, index) };
    }
  };
}

function playEpisode(world: World, scheduler: () => Scheduler, reward: Reward, seed: number, index: number) {
  const { source, rules, cost, predictor, promises = [] } = world;
  const tally = createTally({ promises, horizon: Infinity, unservedFor: UNSERVED });
  const metrics = createMetrics({ slo: promises });
  const engine = createEngine({
    workload: source.sample(seed + index),
    rules,
    cost,
    scheduler,
    ...(predictor && { predictor }),
    promises,
    seed: `${seed}/${index}`,
    recorders: [tally, metrics],
  });
  const counted = reward.begin(engine);
  run(engine);
  const { jct, fairness, requests } = metrics.summary();
  return {
    cost: -counted.interval(engine, tally),
    jct: toSeconds(jct.mean),
    p99: toSeconds(jct.p99),
    longestWait: toSeconds(fairness.longestStarvation),
    unserved: requests.arrived - requests.finished,
  };
}
