/**
 * Least slack first: who can least afford to wait goes first.
 *
 * rank = latest time from which on it must be served without a pause = due − remaining · step
 *
 * Slack is that time less the present one, which is the same for all: so ranks move only with progress. On one machine with
 * free preemption and a true `step` it keeps every deadline that any schedule could keep, as `edf` does.
 *
 * Source: Dertouzos and Mok 1989 (least laxity). Information: believed length, and what was promised (`due.ts`). Ours: `step` is
 * a parameter, 0 = the believed cost of one request alone; a prompt's own time is not counted.
 */
import { createDue, type Due, stepAlone } from '../../env/serving/due.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';

export interface LeastSlackOptions {
  /** µs that a token takes; 0 = as long as one request alone takes, with the shortest context [0]. */
  readonly step?: Micros;
}

export const leastSlack = ({ step = 0 }: LeastSlackOptions = {}): Scheduler => {
  let due: Due;
  let pace: Micros;
  return {
    name: 'least-slack',
    reset(episode) {
      due = createDue(episode);
      pace = step > 0 ? step : stepAlone(episode);
    },
    decide({ changed }, { rank }) {
      const { ids, n } = changed;
      for (let k = 0; k < n; k++) rank[ids[k]] = due.latestStart(ids[k], pace);
    },
  };
};
