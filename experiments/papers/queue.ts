/** The engine as queueing theory knows it: one request at a time, constant steps, free preemption between them. */
import { exponential } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import { bootstrap, type Interval } from '../bootstrap.js';

/** µs of a step. */
export const STEP = 1000;

/** Jobs of whole steps; prompts of one token, whose iteration gives the first token. */
export const jobsOf = (name: string, arrival: ArrayLike<number>, steps: ArrayLike<number>): Workload =>
  createWorkload({ name, arrival, outputTokens: steps, promptTokens: new Int32Array(arrival.length).fill(1) });

/** A continuous size distribution of mean 1, cut into steps: X is rounded up to whole steps. */
export interface Sizes {
  readonly name: string;
  /** E[X] and E[X²] in steps. */
  readonly mean: number;
  readonly second: number;
  /** From one uniform. */
  draw(u: number): number;
}

/** Steps of mean 1: fine enough that the formulas of continuous time hold to a few tenths of a percent. */
const FINE = 200;

const FUNCTIONS = {
  exponential: { beyond: (x: number) => Math.exp(-x), inverse: exponential, longest: 50 },
  /** F(x) = 1 − exp(−√(2x)): squared coefficient of variation 5. */
  Weibull: {
    beyond: (x: number) => Math.exp(-Math.sqrt(2 * x)),
    inverse: (u: number) => exponential(u) ** 2 / 2,
    longest: 700,
  },
};

export type SizeLaw = keyof typeof FUNCTIONS;

export function sizesOf(name: SizeLaw): Sizes {
  const { beyond, inverse, longest } = FUNCTIONS[name];
  let mean = 0;
  let second = 0;
  for (let k = 0; k < longest * FINE; k++) {
    mean += beyond(k / FINE); // P(X > k)
    second += (2 * k + 1) * beyond(k / FINE);
  }
  const draw = (u: number): number => Math.max(1, Math.ceil(FINE * inverse(u)));
  return { name, mean, second, draw };
}

/** Poisson arrivals at a load. */
export function poissonJobs(sizes: Sizes, load: number, jobs: number, seed: number): Workload {
  const gaps = stream(seed, 'arrivals');
  const draws = stream(seed, 'sizes');
  const gap = (sizes.mean * STEP) / load;
  const arrival = new Float64Array(jobs);
  const steps = new Int32Array(jobs);
  let time = 0;
  for (let r = 0; r < jobs; r++) {
    time += gap * exponential(gaps.next());
    arrival[r] = Math.round(time);
    steps[r] = sizes.draw(draws.next());
  }
  return jobsOf(`${sizes.name} sizes, load ${load}`, arrival, steps);
}

/** Finish times (µs) by row, on the engine that serves one at a time. */
export function finishTimes(
  workload: Workload,
  scheduler: () => Scheduler,
  predictor: () => Predictor,
  seed: number,
): Float64Array {
  const engine = createEngine({
    workload,
    rules: preset('serial'),
    cost: constantStep(STEP),
    scheduler,
    predictor,
    seed,
  });
  const outcome = run(engine);
  if (outcome !== 'drained') throw new Error(`${workload.name} ended ${outcome}`);
  return engine.replica.hidden.left.slice(0, workload.count);
}

/** Mean response time in µs. */
export function meanResponse({ arrival, count }: Workload, finished: Float64Array): number {
  return finished.reduce((sum, time, r) => sum + time - arrival[r], 0) / count;
}

/** Mean response time first come, first served (µs), by Lindley's recursion. */
export function fcfsResponse({ arrival, outputTokens, count }: Workload): number {
  let [work, sum] = [0, 0];
  for (let r = 0; r < count; r++) {
    if (r > 0) work = Math.max(0, work - (arrival[r] - arrival[r - 1]));
    work += outputTokens[r] * STEP;
    sum += work;
  }
  return sum / count;
}

/** The same in the long run, µs (Pollaczek and Khinchine). */
export const fcfsExpected = ({ mean, second }: Sizes, load: number): number =>
  STEP * (mean + ((load / mean) * second) / (2 * (1 - load)));

/**
 * The mean of values, less what their control explains: a figure of the same seeds whose mean is known (Lavenberg and Welch
 * 1981). A policy's response and that of first come, first served on the same jobs are long and short together.
 */
export function controlled(values: readonly number[], control: readonly number[], expected: number): Interval {
  return bootstrap(values.length, (units) => {
    const n = units.length;
    let [sum, controls] = [0, 0];
    for (const unit of units) {
      sum += values[unit] / n;
      controls += control[unit] / n;
    }
    let [covariance, variance] = [0, 0];
    for (const unit of units) {
      covariance += (values[unit] - sum) * (control[unit] - controls);
      variance += (control[unit] - controls) ** 2;
    }
    return variance > 0 ? sum - (covariance / variance) * (controls - expected) : sum;
  });
}
