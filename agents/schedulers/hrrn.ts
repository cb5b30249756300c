/**
 * Highest response ratio next: who has waited longest for its size goes first, and is served to its end.
 *
 * rank = −waited/size: the response ratio (waited + service)/service, less the 1 that all have in common, at any speed
 *
 * `size` is the believed output (tokens), or the prompt, which is known: then it orders what a prefill costs, as SGLang has it.
 * Short ones go first, yet nobody starves: a ratio grows with time. Who is evicted comes back first (see `non-preemptive`).
 *
 * Source: Brinch Hansen 1971; SGLang #32911. Information: believed length, or none (`by: 'prompt'`). Ranks of all who wait move
 * with time, so a turn costs what waits.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { nonPreemptive } from '../combine/non-preemptive.js';

export interface HrrnOptions {
  /** What its service is proportional to: believed output, or prompt tokens ['length']. */
  readonly by?: 'length' | 'prompt';
}

export const hrrn = ({ by = 'length' }: HrrnOptions = {}): Scheduler => ({
  ...nonPreemptive(() => byRatio(by))(),
  name: 'hrrn',
});

const byRatio = (by: 'length' | 'prompt'): Scheduler => ({
  name: 'response ratio',
  scope: 'all',
  decide({ now, live, requests, beliefs }, { rank }) {
    const { ids, n } = live;
    const { arrival } = requests;
    const size = by === 'length' ? beliefs.length : requests.promptTokens;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      rank[r] = (arrival[r] - now) / Math.max(1, size[r]);
    }
  },
});
