/**
 * Due date × size: urgency and shortness in one index.
 *
 *     rank = min(due − now, horizon) · remaining^exponent        while its promises can be kept
 *     rank = behind all, shortest remaining first                from then on
 *
 * Of two with equal size the one that is due first goes first, of two equally due the shorter one. Exponent 0 is `late-last`;
 * without promises everyone is due in `horizon`, and any other exponent is srpt. What keeps promises under overload is to give
 * up the late; size adds to that where deadlines lie far off, and costs where they are near.
 *
 * Source: weighted shortest job first with urgency as the weight (Smith 1956; apparent urgency: Morton and Rachamadugu 1983);
 * the product is ours. Information: believed length, and what was promised (`due.ts`).
 */

import { createDue, type Due, stepAlone } from '../../env/serving/due.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';
import type { LeastSlackOptions } from './least-slack.js';

export interface EdfSizeOptions extends LeastSlackOptions {
  /** Of the remaining length, ≥ 0 [0.5]. */
  readonly exponent?: number;
  /** What is due later than so many µs from now, or never, counts as due then [60 s]. */
  readonly horizon?: Micros;
}

/** Where the ranks of those who are late begin. */
const LATE = 1e18;

export const edfSize = (options: EdfSizeOptions = {}): Scheduler => {
  const { step = 0, exponent = 0.5, horizon = 60e6 } = options;
  let due: Due;
  let pace: Micros;
  return {
    name: 'edf-size',
    scope: 'all', // urgency moves with time
    reset(episode) {
      due = createDue(episode);
      pace = step > 0 ? step : stepAlone(episode);
    },
    decide({ now, live, requests, beliefs }, { rank }) {
      const { ids, n } = live;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const remaining = Math.max(1, beliefs.length[r] - requests.generated[r]);
        const inTime = now <= due.latestStart(r, pace) && !due.lost(r, now);
        const left = Math.max(1, Math.min(horizon, due.next(r) - now));
        rank[r] = inTime ? Math.min(LATE, left * remaining ** exponent) : LATE * remaining;
      }
    },
  };
};
