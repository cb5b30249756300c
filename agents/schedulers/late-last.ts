/**
 * Late last: earliest due date first among those who can still keep their promises; who cannot goes behind everyone.
 *
 *     rank = due                    while now ≤ latest start, and nothing is broken yet
 *     rank = behind all, shortest remaining first     from then on
 *
 * Under overload `edf` spends its time on requests that are lost already, and so loses the next ones. This is triage: what is
 * late costs nothing more, and is got out of the way as quickly as can be once nobody else waits.
 *
 * Source: after Moore and Hodgson 1968 (fewest late jobs: leave out what cannot make it). Information: believed length, and what
 * was promised (`due.ts`). Ours: online, late by belief and not by proof; who was promised nothing stands between the two.
 */

import { createDue, type Due, stepAlone } from '../../env/serving/due.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { LeastSlackOptions } from './least-slack.js';

/** Ranks of those to whom nothing was promised, and where those of the late begin. */
const NEVER = 2 ** 51;
const LATE = 2 ** 52;

export const lateLast = ({ step = 0 }: LeastSlackOptions = {}): Scheduler => {
  let due: Due;
  let pace: number;
  return {
    name: 'late-last',
    scope: 'all', // time alone makes a request late
    reset(episode) {
      due = createDue(episode);
      pace = step > 0 ? step : stepAlone(episode);
    },
    decide({ now, live, requests, beliefs }, { rank }) {
      const { ids, n } = live;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const inTime = now <= due.latestStart(r, pace) && !due.lost(r, now);
        rank[r] = inTime ? Math.min(NEVER, due.next(r)) : LATE + Math.max(1, beliefs.length[r] - requests.generated[r]);
      }
    },
  };
};
