/** One server that drafts: one request at a time, free preemption between steps, no prefill. */
import { exponential } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import type { Forecast, Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { replayedAcceptance } from '../../env/workloads/acceptance/replayed.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import type { Pool } from './drafted-pool.js';

/** µs of a step: forward, EAGLE draft and overhead of SpecDecode-Bench's fit at batch 1. It only sets the time scale. */
export const STEP = 9228;

/** Jobs of a run: who of the pool each is, and the requests. */
export interface Jobs {
  readonly pool: Pool;
  readonly picks: Int32Array;
  readonly workload: Workload;
}

/** Poisson arrivals at a load, requests drawn with replacement. */
export function drawJobs(pool: Pool, load: number, count: number, seed: number): Jobs {
  const gaps = stream(seed, 'arrivals');
  const picking = stream(seed, 'requests');
  const picks = new Int32Array(count);
  const arrival = new Float64Array(count);
  let time = 0;
  for (let r = 0; r < count; r++) {
    time += ((pool.mean * STEP) / load) * exponential(gaps.next());
    arrival[r] = Math.round(time);
    picks[r] = Math.floor(pool.commits.length * picking.next());
  }
  const workload = createWorkload({
    name: `${pool.name}, load ${load}`,
    arrival,
    promptTokens: picks.map(() => 1),
    outputTokens: picks.map((pick) => pool.commits[pick].length),
    acceptance: replayedAcceptance((row) => pool.commits[picks[row]]),
  });
  return { pool, picks, workload };
}

/** Mean response in steps. */
export function serve({ pool, workload }: Jobs, scheduler: () => Scheduler, predictor: () => Predictor): number {
  const rules = preset('serial', { drafts: pool.drafts, maxDrafts: pool.drafts });
  const engine = createEngine({ workload, rules, cost: constantStep(STEP), scheduler, predictor });
  const outcome = run(engine);
  if (outcome !== 'drained') throw new Error(`${workload.name} ended ${outcome}`);
  const { left } = engine.replica.hidden;
  return workload.arrival.reduce((sum, time, r) => sum + left[r] - time, 0) / (workload.count * STEP);
}

/** The same first come, first served, by Lindley's recursion. */
export function serveInOrder({ pool, picks, workload: { arrival, count } }: Jobs): number {
  let [work, sum] = [0, 0];
  for (let r = 0; r < count; r++) {
    if (r > 0) work = Math.max(0, work - (arrival[r] - arrival[r - 1]));
    work += pool.left[picks[r]][0] * STEP;
    sum += work;
  }
  return sum / (count * STEP);
}

/** In the long run (Pollaczek and Khinchine). */
export const inOrder = ({ mean, second }: Pool, load: number): number =>
  mean + ((load / mean) * second) / (2 * (1 - load));

/**
 * Knows the acceptances to come as well: it believes in as many tokens as steps are left, so that shortest remaining first goes by
 * time.
 */
export const oracleOfSteps =
  ({ pool, picks }: Jobs) =>
  (): Predictor => {
    let forecast: Forecast;
    const believe = (r: number): void => {
      const done = forecast.requests.generated[r];
      forecast.beliefs.length[r] = done + pool.left[picks[forecast.requests.key[r]]][done];
    };
    return {
      name: 'oracle of steps',
      information: 'clairvoyant',
      reset(given) {
        forecast = given;
      },
      arrive: believe,
      progress: believe,
    };
  };
