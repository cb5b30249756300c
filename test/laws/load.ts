/** One stream of requests, and what is known of it whatever the policy: mean responses are measured against that. Times are in steps. */
import type { Workload } from '../../env/workloads/workload.js';
import { meanWork } from './mg1.js';
import { type Control, type Estimate, estimate } from './regenerative.js';
import { poissonWorkload, STEP, workFound } from './serial.js';
import type { Sizes } from './sizes.js';

export interface Load {
  readonly sizes: Sizes;
  readonly rho: number;
  readonly workload: Workload;
  /** Unfinished work that each arrival finds, µs. */
  readonly work: Float64Array;
  /** First requests of the busy cycles. */
  readonly firsts: Int32Array;
  /** Sizes and gaps between arrivals. */
  readonly inputs: readonly Control[];
  /** These, and the work that arrivals find. */
  readonly controls: readonly Control[];
}

/** A known stream of arrivals with a mean gap of sizes.mean / rho steps. */
export function loadOf(workload: Workload, sizes: Sizes, rho: number): Omit<Load, 'controls'> {
  const { arrival, outputTokens, count } = workload;
  const work = workFound(workload);
  const gaps = new Float64Array(count);
  for (let r = 0; r + 1 < count; r++) gaps[r] = (arrival[r + 1] - arrival[r]) / STEP;
  return {
    sizes,
    rho,
    workload,
    work,
    firsts: Int32Array.from(work.keys()).filter((r) => work[r] === 0),
    inputs: [
      { values: Float64Array.from(outputTokens), mean: sizes.mean },
      { values: gaps, mean: sizes.mean / rho },
    ],
  };
}

/** Poisson arrivals. */
export function createLoad(sizes: Sizes, rho: number, requests: number, seed: number): Load {
  const load = loadOf(poissonWorkload(sizes, rho, requests, seed), sizes, rho);
  const found = { values: load.work.map((w) => w / STEP), mean: meanWork(sizes, rho) };
  return { ...load, controls: [...load.inputs, found] };
}

/** Response times in steps. */
export const responses = ({ workload }: Pick<Load, 'workload'>, finished: Float64Array): Float64Array =>
  finished.map((time, r) => (time - workload.arrival[r]) / STEP);

export interface Measured {
  /** From response times alone. */
  readonly plain: Estimate;
  /** With the controls. */
  readonly tight: Estimate;
}

export const measure = (
  times: Float64Array,
  { firsts }: Pick<Load, 'firsts'>,
  controls: readonly Control[],
): Measured => ({ plain: estimate(times, firsts), tight: estimate(times, firsts, controls) });

/** Distance of an estimate from what is expected, in standard errors. */
export const errorsOff = ({ mean, error }: Estimate, expected: number): number => Math.abs(mean - expected) / error;
