/**
 * Non-preemptive: once served, a request keeps its place before all who wait, until it ends.
 *
 * It is `limited` with a limit of 0. The wrapped policy orders the queue only; who was served first stands first, and is
 * the last to lose its blocks when memory runs out.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { limited } from './limited.js';

export const nonPreemptive = (make: () => Scheduler): (() => Scheduler) =>
  limited(make, { limit: 0 }, 'non-preemptive');
