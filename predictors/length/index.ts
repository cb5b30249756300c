/** Output length: what models see, learn and answer. */
export * from './distribution.js';
export { FEATURES, FEATURES_VERSION, featuresOf, NAMES, writeFeatures } from './features.js';
export { learners, loadLengthModel, shippedModel } from './learners.js';
export * from './model.js';
export { withPastOf, withPasts } from './past.js';
