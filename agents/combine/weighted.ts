/**
 * Weighted: some requests count for more than others, by class, tenant or priority.
 *
 * rank' = rank / weight
 *
 * Around srpt it is the least remaining time per weight first, which serves weighted mean JCT (Smith 1956: the cμ rule with
 * 1/μ = what remains). `weights` are by number of class, tenant or priority; numbers beyond the list take its last, those below 0
 * its first. Made for ranks ≥ 0: a negative one is moved towards 0 by a weight above 1, and so made worse.
 *
 * Information: none of its own.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { rerank } from './rerank.js';

export interface WeightedOptions {
  /** What a weight belongs to ['class']. */
  readonly by?: 'class' | 'tenant' | 'priority';
  /** Each > 0 [2, 1]. */
  readonly weights?: readonly number[];
}

const COLUMNS = { class: 'slo', tenant: 'tenant', priority: 'priority' } as const;

/** @throws RangeError if there are no weights, or one is no number > 0 */
export function weighted(
  make: () => Scheduler,
  { by = 'class', weights = [2, 1] }: WeightedOptions = {},
): () => Scheduler {
  const wrong = weights.find((weight) => !(weight > 0 && weight < Infinity));
  if (weights.length === 0 || wrong !== undefined) {
    throw new RangeError(`weighted: weights are [${weights.join(', ')}], expected at least one, each a number > 0`);
  }
  return () =>
    rerank(make(), 'weighted', ({ requests }) => {
      const group = requests[COLUMNS[by]];
      return {
        rank: (_view, r, inner) => inner / weights[Math.max(0, Math.min(weights.length - 1, group[r]))],
        settled: () => true, // a request stays in its group
      };
    });
}
