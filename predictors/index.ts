/** Entry `servegym/predictors`: beliefs about output length and acceptance. The null predictor, `declared`, is in `servegym`. */
export * from './noisy.js';
export * from './oracle.js';
export * from './running-mean.js';
