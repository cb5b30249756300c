import { declared, type Predictor } from '../../env/serving/beliefs.js';
import { changePoint } from '../../predictors/acceptance/change-point.js';
import { ewma } from '../../predictors/acceptance/ewma.js';
import { acceptanceOracle } from '../../predictors/acceptance/oracle.js';
import { posterior, prefixMean } from '../../predictors/acceptance/posterior.js';
import { acceptancePredictor } from '../../predictors/acceptance/predictor.js';
import { type ShippedName, shipped } from '../../predictors/acceptance/shipped.js';
import { bounded } from '../../predictors/bounded.js';
import { ecdf } from '../../predictors/ecdf.js';
import { learned } from '../../predictors/learned.js';
import { loadLengthModel, shippedModel } from '../../predictors/length/learners.js';
import { noisy } from '../../predictors/noisy.js';
import { oracle } from '../../predictors/oracle.js';
import { refined } from '../../predictors/refined.js';
import { runningMean } from '../../predictors/running-mean.js';
import { ssjf } from '../../predictors/ssjf.js';
import { tenantMean } from '../../predictors/tenant-mean.js';
import { trail } from '../../predictors/trail.js';
import { choice, number, text, type ValuesOf, whole } from '../specs.js';
import { type PredictorEntry, predictor, type RefinerEntry, refiner } from './entry.js';

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
  ecdf: predictor(
    'the lengths of those who finished, given what it has generated so far',
    {
      prior: number(200, 1, 1e6, 'median believed at first, tokens'),
      weight: number(2, 1e-6, 1e9, 'finished requests that the prior counts for'),
      refresh: choice(['hazard', 'none'], 'beliefs follow what has been generated, or stay'),
      every: whole(8, 1, 1e6, 'tokens between two looks'),
    },
    ecdf,
  ),
  learned: predictor(
    'a trained model of length, by its name or file: prompt and metadata in, a distribution out',
    {
      model: text('length-v0', 'a model that ships'),
      path: text('', 'a file of servegym predictor train instead'),
      believes: choice(['mean', 'median'], 'what is believed'),
      online: choice(['yes', 'no'], 'finished requests correct level and spread, and are the past that it reads'),
      refresh: choice(['none', 'hazard'], 'beliefs stay above what has been generated, or are conditioned on it'),
      every: whole(8, 1, 1e6, 'tokens between two looks'),
      cost: whole(0, 0, 1e9, 'µs that a prediction takes on the engine'),
    },
    ({ model, path, online, ...options }) =>
      learned(loadLengthModel(path === '' ? shippedModel(model) : path), { ...options, online: online === 'yes' }),
    'model',
  ),
  ssjf: predictor(
    'the classifier of SSJF with its published errors: five classes',
    {
      scale: number(1, 1e-6, 1e6, 'how many times longer answers are than those it was measured on'),
      cost: whole(0, 0, 1e9, 'µs that a prediction takes on the engine; 7900 as published'),
    },
    ssjf,
  ),
  trail: predictor(
    'a guess at arrival, then noisy looks at what remains, smoothed (TRAIL)',
    {
      mae: number(33.9, 0, 1e9, 'mean absolute error of a look, tokens'),
      promptMae: number(46.1, 0, 1e9, 'mean absolute error of the guess at arrival, tokens'),
      every: whole(8, 1, 1e6, 'tokens between two looks'),
      smoothing: choice(['bayes', 'none'], 'looks add up, or each is believed as it comes'),
      reading: choice(['exact', 'trained'], 'a look is weighed by its true error, or by a classifier trained on looks'),
      bins: whole(10, 2, 256, 'bins of remaining length'),
      longest: number(512, 256, 1e7, 'tokens that the bins hold'),
      guessCost: whole(0, 0, 1e9, 'µs that the guess at arrival takes on the engine'),
      lookCost: number(0, 0, 1e9, 'µs that a look takes on the engine'),
    },
    trail,
  ),
};

/** Beliefs about length around another one: `refined(noisy:sigma=1)`. */
export const refiners: Readonly<Record<string, RefinerEntry>> = {
  refined: refiner(
    'what was believed at arrival, given what has been generated since',
    {
      every: whole(8, 1, 1e6, 'tokens between two looks'),
      cost: number(0, 0, 1e9, 'µs that a look takes on the engine'),
    },
    refined,
  ),
  bounded: refiner(
    'with an upper bound that is kept with a promised probability (conformal, CacheOPT)',
    {
      confidence: number(0.95, 0.01, 0.999, 'share of bounds that are kept'),
      beta: number(0, 0, 1e6, 'how fast that falls with the rate, s'),
      group: choice(['all', 'tenant'], 'who shares a margin'),
    },
    bounded,
  ),
};

const prior = number(0.43, 0, 1, 'share believed at first');
const stable = choice(['window', 'page-hinkley', 'spread'], 'the rule that says "stable"');
const population = {
  draft: choice(['eagle', 'ngram'], 'the proposer of the recorded requests'),
  set: choice(['sharegpt', 'gsm8k'], 'what they were about'),
  stable,
};
const shippedAs =
  (name: ShippedName) =>
  ({ stable, ...of }: ValuesOf<typeof population>): Predictor =>
    acceptancePredictor(shipped(name, of), stable);

/** Beliefs about acceptance, which go with one about length: `oracle+ewma`. */
export const acceptancePredictors: Readonly<Record<string, PredictorEntry>> = {
  oracle: predictor(
    'the true share of accepted drafts from now on: clairvoyant',
    { every: whole(64, 1, 1e6, 'tokens after which it looks again') },
    acceptanceOracle,
  ),
  'prefix-mean': predictor(
    'the mean share of accepted drafts so far, as LAPS-SD takes it',
    { prior, stable },
    ({ stable, ...options }) => acceptancePredictor(prefixMean(options), stable),
  ),
  posterior: predictor(
    'accepted/proposed drafts with a Beta prior',
    {
      mean: number(0.43, 0.001, 0.999, 'share believed at first'),
      weight: number(17, 1e-9, 1e9, 'drafts that this counts for'),
      stable,
    },
    ({ stable, ...options }) => acceptancePredictor(posterior(options), stable),
  ),
  ewma: predictor(
    'exponentially weighted mean of accepted/proposed drafts',
    { weight: number(0.05, 0.001, 1, 'weight of a verification'), prior, stable },
    ({ stable, ...options }) => acceptancePredictor(ewma(options), stable),
  ),
  'change-point': predictor(
    'the mean since acceptance last changed (Page–Hinkley)',
    {
      tolerance: number(0.1, 0, 1, 'change that is let pass'),
      threshold: number(4, 0.01, 1e6, 'sum of changes, in shares, that is an alarm'),
      weight: number(4, 1e-9, 1e9, 'verifications that what was believed before counts for'),
      prior,
      stable,
    },
    ({ stable, ...options }) => acceptancePredictor(changePoint(options), stable),
  ),
  curve: predictor('the recorded population from this output position on', population, shippedAs('curve')),
  shrinkage: predictor('that population, moved by what the request showed', population, shippedAs('shrinkage')),
  regression: predictor(
    'its level by what it showed, its drift, position, what is to come and its prompt',
    population,
    shippedAs('regression'),
  ),
  gru: predictor('the shrunk level, corrected by a recurrent network', population, shippedAs('gru')),
};
