/** The engine as queueing theory knows it: one request at a time, constant steps, preemption between steps is free. */
import { exponential } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import type { Sizes } from './sizes.js';

/** µs of a step: so long that rounding arrivals to whole µs moves them by a 100,000th of it. */
export const STEP = 100_000;

/** Prompts of one token: the first iteration computes it and gives the first token, so a request takes as many steps as it has output tokens. */
export function serialWorkload(name: string, arrival: ArrayLike<number>, steps: ArrayLike<number>): Workload {
  return createWorkload({ name, arrival, outputTokens: steps, promptTokens: new Int32Array(arrival.length).fill(1) });
}

/** Poisson arrivals at load `rho`. */
export function poissonWorkload(sizes: Sizes, rho: number, requests: number, seed: number): Workload {
  const gaps = stream(seed, 'arrivals');
  const draws = stream(seed, 'sizes');
  const meanGap = (sizes.mean * STEP) / rho;
  const arrival = new Float64Array(requests);
  const steps = new Int32Array(requests);
  let time = 0;
  for (let r = 0; r < requests; r++) {
    time += exponential(gaps.next()) * meanGap;
    arrival[r] = Math.round(time);
    steps[r] = sizes.draw(draws.next());
  }
  return serialWorkload(`${sizes.name}, load ${rho}`, arrival, steps);
}

/** Runs a workload to its end on the serial engine, with true lengths as beliefs unless a predictor says otherwise. */
export function serve(
  workload: Workload,
  scheduler: () => Scheduler,
  recorders: readonly Recorder[] = [],
  predictor: () => Predictor = oracle,
): Engine {
  const engine = createEngine({
    workload,
    rules: preset('serial'),
    cost: constantStep(STEP),
    scheduler,
    predictor,
    recorders,
  });
  const outcome = run(engine);
  if (outcome !== 'drained') throw new Error(`${workload.name} ended ${outcome}`);
  return engine;
}

/** The same policy, asked at events only: right where the rank of nobody but the running request moves, and never grows. */
export const onEvents = (make: () => Scheduler) => (): Scheduler => ({ ...make(), wakeIn: Infinity });

/** Last come, first served, preemptive. */
export const lcfs = (): Scheduler => ({
  name: 'lcfs',
  decide({ changed }, { rank }) {
    for (let k = 0; k < changed.n; k++) rank[changed.ids[k]] = -changed.ids[k];
  },
});

/** When each request finished, in order of arrival (µs). */
export const finishTimes = (engine: Engine): Float64Array => engine.replica.hidden.left.slice(0, engine.delivered);

/**
 * Unfinished work (µs) that each arrival finds, by Lindley's recursion: the same under every work-conserving policy.
 * @param counts only the work of these, as a server would have it that serves nobody else
 */
export function workFound(
  { arrival, outputTokens, count }: Workload,
  counts: (r: number) => boolean = () => true,
): Float64Array {
  const work = new Float64Array(count);
  for (let r = 1; r < count; r++) {
    const brought = counts(r - 1) ? outputTokens[r - 1] * STEP : 0;
    work[r] = Math.max(0, work[r - 1] + brought - (arrival[r] - arrival[r - 1]));
  }
  return work;
}
