/** Entry `servegym/predictors`: beliefs about output length and acceptance. The null predictor, `declared`, is in `servegym`. */
export * as acceptance from './acceptance/index.js';
export * from './bounded.js';
export * from './combined.js';
export * from './ecdf.js';
export * from './noisy.js';
export * from './oracle.js';
export * from './running-mean.js';
export * from './ssjf.js';
export * from './tenant-mean.js';
export * from './trail.js';
