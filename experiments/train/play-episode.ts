/** One drained episode of a task's world under a scheduler, and what it came to. */
import { createEngine, run } from '../../env/serving/engine.js';
import { createMetrics } from '../../env/serving/metrics.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Reward } from '../../env/tasks/rewards/reward.js';
import { createTally } from '../../env/tasks/rewards/tally.js';
import type { World } from '../../env/tasks/world.js';
import { fromSeconds, toSeconds } from '../../env/time.js';
import type { Workload } from '../../env/workloads/workload.js';

/** What an episode came to. */
export interface EpisodeFigures {
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

/** These requests in a world. One workload for everybody who meets them: what it draws on demand is drawn once. */
interface Stand extends Omit<World, 'source'> {
  readonly workload: Workload;
}

/**
 * @param seed of the luck that is not the requests' own
 * @param watching what else looks on
 */
export function playEpisode(
  { workload, rules, cost, predictor, promises = [] }: Stand,
  scheduler: () => Scheduler,
  reward: Reward,
  seed: string,
  watching: readonly Recorder[] = [],
): EpisodeFigures {
  const tally = createTally({ totals: reward.totals, promises, horizon: Infinity, unservedFor: UNSERVED });
  const metrics = createMetrics({ slo: promises });
  const engine = createEngine({
    workload,
    rules,
    cost,
    scheduler,
    ...(predictor && { predictor }),
    promises,
    seed,
    recorders: [tally, metrics, ...watching],
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
