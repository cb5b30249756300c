/**
 * Class priority: service classes strictly one after the other, the lowest number first.
 *
 * rank = class, then arrival or the remaining length
 *
 * The plain rule for interactive requests beside batch work: class 0 never waits for class 1. Preemptive wherever the engine
 * lets rank take seats or blocks. What it costs the lower classes is unlimited: wrap it in `aged` to bound that.
 *
 * Source: textbook (Cobham 1954). Information: none, or believed length (`within: 'remaining'`).
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface ClassPriorityOptions {
  /** Order inside a class ['arrival']. */
  readonly within?: 'arrival' | 'remaining';
}

/** Longer than any answer. */
const CLASS = 2 ** 32;

export const classPriority = ({ within = 'arrival' }: ClassPriorityOptions = {}): Scheduler => ({
  name: 'class-priority',
  wakeIn: within === 'arrival' ? Infinity : 1,
  decide({ changed, requests, beliefs }, { rank }) {
    const { ids, n } = changed;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      const inside = within === 'arrival' ? 0 : Math.max(0, beliefs.length[r] - requests.generated[r]);
      rank[r] = requests.slo[r] * CLASS + inside;
    }
  },
});
