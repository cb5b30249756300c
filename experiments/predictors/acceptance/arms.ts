/** The estimators that meet in the evaluation, each learnt from the same requests. */
import { changePoint } from '../../../predictors/acceptance/change-point.js';
import { curve } from '../../../predictors/acceptance/curve.js';
import type { Estimator } from '../../../predictors/acceptance/estimator.js';
import { ewma } from '../../../predictors/acceptance/ewma.js';
import { type AcceptanceFit, fitAcceptance } from '../../../predictors/acceptance/fit.js';
import { gru } from '../../../predictors/acceptance/gru.js';
import { posterior, prefixMean } from '../../../predictors/acceptance/posterior.js';
import type { RecordedRequest } from '../../../predictors/acceptance/recorded.js';
import { regression } from '../../../predictors/acceptance/regression.js';
import { shrinkage } from '../../../predictors/acceptance/shrinkage.js';
import type { Weights } from '../../../predictors/weights.js';
import { acceptedAhead, type Moment } from './judge.js';

type Arms = Readonly<Record<string, Estimator>>;

/**
 * Learnt from `requests` at one γ and for one moment, which is the best that each of them can do.
 * @param network weights of `gru`, which were learnt elsewhere
 */
export function learnArms(requests: readonly RecordedRequest[], moment: Moment, network?: Weights): Arms {
  const { drafts, seen = drafts, after } = moment;
  const fit = fitAcceptance(requests, { drafts: seen === drafts ? [drafts] : [seen, drafts], after: [after] });
  const mean = shareAhead(requests, moment);
  return {
    'prefix mean': prefixMean({ prior: mean }),
    posterior: posterior({ mean }),
    ewma: ewma({ prior: mean }),
    'change-point': changePoint({ prior: mean }),
    constant: constant(mean),
    ...fitted(fit, network),
  };
}

/** Those that a fit gives. */
const fitted = (fit: AcceptanceFit, network?: Weights): Arms => ({
  curve: curve(fit.ladder, fit.off),
  shrinkage: shrinkage(fit.ladder, fit.shrinkage),
  regression: regression(fit.ladder, fit.regression),
  ...(network && { gru: gru(fit.ladder, fit.shrinkage, network) }),
});

/** One A for everyone, whatever happens. */
const constant = (share: number): Estimator => ({
  name: 'constant',
  width: 0,
  see() {},
  believe(_state, _standing, out) {
    out.share = share;
    out.spread = 0;
  },
});

/** A of all steps behind the first ones, requests together. */
function shareAhead(requests: readonly RecordedRequest[], moment: Moment): number {
  let accepted = 0;
  let steps = 0;
  for (const request of requests) {
    const ahead = acceptedAhead(request, moment);
    accepted += ahead.reduce((sum, right) => sum + right, 0);
    steps += ahead.length;
  }
  return accepted / (moment.drafts * steps);
}
