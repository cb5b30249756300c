/**
 * Draft length by acceptance: each request drafts for as long as the next draft is likely enough to be accepted.
 *
 *     γ = most k with α^k ≥ threshold,  at most `most`
 *
 * α^k is the chance that the k-th draft is reached and accepted, so it is what the k-th draft adds to the tokens of a
 * verification: a threshold of t stops where a draft costs t as much as a token is worth. `acceptance`:
 *
 * - measured: α of the request's own drafts that were looked at, with a prior that counts for `weight` of them;
 * - believed: from the believed A, as that of the engine's γ.
 *
 * State: drafts looked at and accepted, by request. Information: acceptance observed, or the predictor's. O(changed) a turn,
 * asked every iteration. With `least` 0 and measured acceptance a request that stopped drafting never begins again.
 *
 * Source: SpecDec++ (Huang et al. 2024, arXiv 2405.19715): the optimal rule stops where the probability that some draft is
 * refused exceeds a threshold. Deviations: it is decided before drafting, from α, not during it from a trained head.
 */
import type { Episode, RequestId, Scheduler } from '../../env/serving/policy.js';
import { alphaOf } from './alpha.js';
import { type DraftLength, drafting } from './drafting.js';
import { watchTrials } from './trials.js';

export interface ThresholdGammaOptions {
  /** Least probability of acceptance, in 0 … 1, ends excluded [0.3]. */
  readonly threshold?: number;
  /** Largest γ [8]. */
  readonly most?: number;
  /** Smallest γ [1]. */
  readonly least?: number;
  /** ['measured'] */
  readonly acceptance?: 'measured' | 'believed';
  /** α before any draft was looked at, in 0 … 1 [0.65]. */
  readonly prior?: number;
  /** Drafts that the prior counts for, > 0 [20]. */
  readonly weight?: number;
}

export const thresholdGamma =
  (make: () => Scheduler, options: ThresholdGammaOptions = {}): (() => Scheduler) =>
  () =>
    drafting(make(), 'threshold-gamma', (episode) => start(episode, options));

function start(episode: Episode, options: ThresholdGammaOptions): DraftLength {
  const { threshold = 0.3, most = 8, least = 1, acceptance = 'measured' } = options;
  const length = (alpha: number): number => {
    let gamma = 0;
    for (let reached = alpha; gamma < most && reached >= threshold; reached *= alpha) gamma++;
    return Math.max(least, gamma);
  };
  if (acceptance === 'believed') {
    const { beliefs, rules } = episode;
    const drafts = Math.max(1, rules.drafts);
    return { of: (_view, r) => length(alphaOf(beliefs.acceptance[r], drafts)), settled: () => false };
  }
  const { prior = 0.65, weight = 20 } = options;
  const trials = watchTrials(episode);
  const accepted = episode.column(Int32Array);
  const seen = episode.column(Int32Array);
  const found = (r: RequestId, good: number, all: number): void => {
    accepted[r] += good;
    seen[r] += all;
  };
  return {
    turn(view) {
      trials.count(view, found);
      return false;
    },
    of: (_view, r) => length((accepted[r] + weight * prior) / (seen[r] + weight)),
    settled: () => false,
  };
}
