import { declared } from '../../env/serving/beliefs.js';
import { acceptanceEwma } from '../../predictors/acceptance-ewma.js';
import { acceptanceOracle } from '../../predictors/acceptance-oracle.js';
import { acceptancePosterior } from '../../predictors/acceptance-posterior.js';
import { noisy } from '../../predictors/noisy.js';
import { oracle } from '../../predictors/oracle.js';
import { runningMean } from '../../predictors/running-mean.js';
import { ssjf } from '../../predictors/ssjf.js';
import { tenantMean } from '../../predictors/tenant-mean.js';
import { trail } from '../../predictors/trail.js';
import { choice, number, whole } from '../specs.js';
import { type PredictorEntry, predictor } from './entry.js';

export const predictors: Readonly<Record<string, PredictorEntry>> = {
  declared: predictor('as long as the client allows', {}, declared),
  oracle: predictor('the truth: clairvoyant', {}, oracle),
  noisy: predictor(
    'the truth with a log-normal error',
    {
      sigma: number(0.5, 0, 10, 'standard deviation of ln(believed/true)'),
      unbiased: choice(['median', 'mean'], 'which average of believed/true is 1'),
    },
    noisy,
  ),
  'running-mean': predictor(
    'the mean of those who finished',
    {
      prior: number(256, 1, 1e9, 'mean believed at first, tokens'),
      weight: number(1, 1e-9, 1e9, 'finished requests that the prior counts for'),
      refresh: choice(['arrival', 'waiting'], 'whose beliefs follow the mean'),
    },
    runningMean,
  ),
  'tenant-mean': predictor(
    'the mean of those of its tenant who finished',
    {
      prior: number(256, 1, 1e9, 'mean believed at first, tokens'),
      weight: number(4, 1e-9, 1e9, 'finished requests that the mean of everyone counts for'),
    },
    tenantMean,
  ),
  ssjf: predictor(
    'the classifier of SSJF with its published errors: five classes',
    { scale: number(1, 1e-6, 1e6, 'how many times longer answers are than those it was measured on') },
    ssjf,
  ),
  trail: predictor(
    'a guess at arrival, then noisy looks at what remains, smoothed (TRAIL)',
    {
      mae: number(33.9, 0, 1e9, 'mean absolute error of a look, tokens'),
      promptMae: number(46.1, 0, 1e9, 'mean absolute error of the guess at arrival, tokens'),
      every: whole(8, 1, 1e6, 'tokens between two looks'),
      smoothing: choice(['bayes', 'none'], 'looks add up, or each is believed as it comes'),
      bins: whole(10, 2, 256, 'bins of remaining length'),
      longest: number(512, 256, 1e7, 'tokens that the bins hold'),
    },
    trail,
  ),
};

/** Beliefs about acceptance, which go with one about length: `oracle+ewma`. */
export const acceptancePredictors: Readonly<Record<string, PredictorEntry>> = {
  oracle: predictor(
    'the true share of accepted drafts from now on: clairvoyant',
    { every: whole(64, 1, 1e6, 'tokens after which it looks again') },
    acceptanceOracle,
  ),
  posterior: predictor(
    'accepted/proposed drafts with a Beta prior',
    {
      mean: number(0.43, 0.001, 0.999, 'share believed at first'),
      weight: number(17, 1e-9, 1e9, 'drafts that this counts for'),
    },
    acceptancePosterior,
  ),
  ewma: predictor(
    'exponentially weighted mean of accepted/proposed drafts',
    {
      weight: number(0.05, 0.001, 1, 'weight of a verification'),
      prior: number(0.43, 0, 1, 'share believed at first'),
    },
    acceptanceEwma,
  ),
};
