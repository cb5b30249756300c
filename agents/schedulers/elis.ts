/**
 * ELIS: iterative shortest remaining time first (Choi et al. 2025, arXiv 2505.09142): predictions are renewed in windows.
 *
 * rank = believed length − generated, read at arrival and then whenever another `window` tokens have come; between two
 * readings it stands still. So a request is displaced at the borders of its windows, where the predictor has something
 * new to say, and ranks move `window` times less often than those of srpt, which is `window` 1.
 *
 * State kept: the window. Information: believed length, refined while it decodes. Ours: the length of a window, which the
 * source's abstract does not say.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface ElisOptions {
  /** Tokens between two readings of the belief, ≥ 1 [50]. */
  readonly window?: number;
}

export const elis = ({ window = 50 }: ElisOptions = {}): Scheduler => {
  let read: Int32Array; // windows of r whose start was read
  return {
    name: 'elis',
    reset(episode) {
      read = episode.column(Int32Array);
    },
    decide({ changed, requests, beliefs }, { rank }) {
      const { ids, n } = changed;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const windows = 1 + Math.floor(requests.generated[r] / window);
        if (windows === read[r]) continue;
        read[r] = windows;
        rank[r] = beliefs.length[r] - requests.generated[r];
      }
    },
  };
};
