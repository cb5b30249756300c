/**
 * Earliest due date first: whose next promise is due soonest goes first.
 *
 * rank = its own deadline; without one what its service class was promised next: the first token, then each token at an
 * even pace, the whole answer (`due.ts`); nothing promised: last, in order of arrival
 *
 * On one machine with free preemption it keeps every deadline that any schedule could keep (Liu and Layland 1973; Dertouzos
 * 1974). Under overload it serves the hopeless first, and so breaks more than it must: see `late-last`.
 *
 * Source: Jackson 1955. Information: none, beside what was promised. Ours: TTFT and TPOT as a row of due dates.
 */

import { createDue, type Due } from '../../env/serving/due.js';
import type { Scheduler } from '../../env/serving/policy.js';

export const edf = (): Scheduler => {
  let due: Due;
  let paced: boolean; // a due date moves with the tokens
  return {
    name: 'edf',
    reset(episode) {
      due = createDue(episode);
      paced = episode.promises.some(({ ttft = Infinity, tpot = Infinity }) => Math.min(ttft, tpot) < Infinity);
    },
    decide({ changed }, out) {
      const { ids, n } = changed;
      for (let k = 0; k < n; k++) out.rank[ids[k]] = due.next(ids[k]);
      if (!paced) out.wakeIn = Infinity;
    },
  };
};
