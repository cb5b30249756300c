/**
 * Static priority: lower values are more urgent, then first come, first served. vLLM's `--scheduling-policy priority`.
 *
 * rank = the priority that came with the request. Preemptive wherever the engine lets rank take seats or blocks.
 *
 * Source: vLLM V1 (core/sched/request_queue.py). Information: none.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export const priority = (): Scheduler => ({
  name: 'priority',
  wakeIn: Infinity, // written at arrival, never again
  decide({ changed, requests }, { rank }) {
    const { ids, n } = changed;
    for (let k = 0; k < n; k++) rank[ids[k]] = requests.priority[ids[k]];
  },
});
