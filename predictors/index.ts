/** Entry `servegym/predictors`: beliefs about output length and acceptance. The null predictor, `declared`, is in `servegym`. */
export * as acceptance from './acceptance/index.js';
export * from './bounded.js';
export * from './combined.js';
export * as conformal from './conformal/index.js';
export * from './ecdf.js';
export * from './learned.js';
export * as length from './length/index.js';
export { type ModelCard, type ModelFile, modelText, parseModel, readModelFile, writeModelFile } from './model-file.js';
export * from './net.js';
export * from './noisy.js';
export * from './oracle.js';
export * from './refined.js';
export * from './running-mean.js';
export * from './ssjf.js';
export * from './tenant-mean.js';
export { type BackendName, initBackend } from './tensor.js';
export * from './trail.js';
export type { Tensor, Weights } from './weights.js';
