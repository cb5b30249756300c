/** Beliefs about acceptance: estimators, what makes a predictor of one, and how they are fitted and trained. */
export * from './change-point.js';
export * from './curve.js';
export * from './estimator.js';
export * from './ewma.js';
export * from './fit.js';
export * from './gru.js';
export * from './ladder.js';
export * from './oracle.js';
export * from './posterior.js';
export * from './predictor.js';
export * from './recorded.js';
export * from './regression.js';
export * from './shipped.js';
export * from './shrinkage.js';
export * from './stability.js';
export * from './train-gru.js';
