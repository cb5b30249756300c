/**
 * Preemptive shortest job first: who is shortest as a whole goes first, however much of it is done.
 *
 * rank = believed total length, as believed when its first token appears. Unlike srpt it does not count down, so a long
 * request believed short does not come to block everyone (PSPJF in Mitzenmacher 2019, arXiv 1902.00732).
 *
 * Source: textbook (Harchol-Balter 2013, chapter 32). Information: believed length. Ours: ties by arrival; a belief that moves
 * after the first token is not followed, so that the rank of a request never moves while it runs.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export const psjf = (): Scheduler => ({
  name: 'psjf',
  wakeIn: Infinity, // ranks move only on events: an arrival, or a predictor that announces a new belief
  decide({ changed, requests, beliefs }, { rank }) {
    const { ids, n } = changed;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (requests.generated[r] === 0) rank[r] = beliefs.length[r];
    }
  },
});
