/** Requests, and when they come. */

import type { Seed } from '../../env/random.js';
import { withArrivals } from '../../env/workloads/retime.js';
import { ownTimes } from '../../env/workloads/rounds.js';
import type { Workload } from '../../env/workloads/workload.js';
import { resolveArrivals } from '../arrivals.js';

/** What a source gives. */
export interface Opened {
  readonly workload: Workload;
  /** Where the requests come from, a sentence each. */
  readonly facts: readonly string[];
}

/** The same requests at times of a process; `rate` counts all requests, also those who follow. */
export function arriving(workload: Workload, spec: string, rate: number, seed: Seed): Workload {
  return withArrivals(workload, resolveArrivals(spec).make((rate * ownTimes(workload)) / workload.count), seed);
}
