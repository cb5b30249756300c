/**
 * Shortest remaining processing time (Schrage and Miller 1966): who has least left to generate goes first.
 *
 * rank = believed length − generated. With the oracle's beliefs and one request at a time it has the fewest requests in
 * the system at every instant; with one-shot predictions a long request believed short counts down to nothing and blocks.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export const srpt = (): Scheduler => ({
  name: 'srpt',
  decide({ changed, requests, beliefs }, { rank }) {
    const { ids, n } = changed;
    const { generated } = requests;
    const { length } = beliefs;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      rank[r] = length[r] - generated[r];
    }
  },
});
