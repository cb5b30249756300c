/**
 * A learned order by itself: an index policy on a base that ranks everybody alike, so that ranks are what its head says and nothing else.
 *
 *     rank of r = e^(span · tanh(score of r))
 *
 * In files and specs the base is the formula `expr: 1`.
 */
import type { Scheduler } from '../env/serving/policy.js';
import type { AskingOptions } from '../env/tasks/asking.js';
import type { Weights } from '../predictors/weights.js';
import { indexPolicy } from './index-policy.js';

/** Whose ranks are all 1; whatever else it decides stands. */
const blank = (): Scheduler => ({
  name: 'blank',
  wakeIn: Infinity,
  decide({ changed: { ids, n } }, { rank }) {
    for (let k = 0; k < n; k++) rank[ids[k]] = 1;
  },
});

export interface OrderOptions extends AskingOptions {
  readonly name: string;
  /** Decides all but the order; to be made with an order that ranks everybody 1 [only that]. */
  readonly base?: () => Scheduler;
}

/** @param weights of `cloneOrder`, or of any index policy with `rank` as its one head */
export const orderPolicy = (weights: Weights, { base = blank, ...options }: OrderOptions): (() => Scheduler) =>
  indexPolicy(weights, { ...options, base, perRequest: ['rank'], forAll: [], span: 1 });
