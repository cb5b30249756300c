/**
 * Shortest remaining processing time (Schrage and Miller 1966): who has least left to generate goes first.
 *
 *     rank = believed length − generated                        tokens
 *          = (believed length − generated)/(1 + γ·A)            time, in verifications
 *
 * With the oracle's beliefs and one request at a time it has the fewest requests in the system at every instant; with
 * one-shot predictions a long request believed short counts down to nothing and blocks. By time it is SRPT of speculative
 * decoding: γ is the engine's draft length, A the believed acceptance at it; without drafts both are one.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface SrptOptions {
  /** What remains is counted in ['tokens']. */
  readonly unit?: 'tokens' | 'time';
}

export const srpt = ({ unit = 'tokens' }: SrptOptions = {}): Scheduler => {
  let drafts = 0;
  return {
    name: 'srpt',
    reset({ rules }) {
      drafts = unit === 'time' ? rules.drafts : 0;
    },
    decide({ changed, requests, beliefs }, { rank }) {
      const { ids, n } = changed;
      const { generated } = requests;
      const { length, acceptance } = beliefs;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        rank[r] = (length[r] - generated[r]) / (1 + drafts * acceptance[r]);
      }
    },
  };
};
