/** Entry `servegym/agents`: schedulers of the literature, a formula as a scheduler, and combinators. First come, first served is in `servegym`. */

export * from './combine/hysteresis.js';
export * from './combine/limited.js';
export * from './combine/non-preemptive.js';
export { type Reranking, rerank } from './combine/rerank.js';
export { compileFormula, formula, formulaNames } from './schedulers/formula.js';
export * from './schedulers/laps-sd.js';
export * from './schedulers/las.js';
export * from './schedulers/priority.js';
export * from './schedulers/psjf.js';
export * from './schedulers/random.js';
export * from './schedulers/sjf.js';
export * from './schedulers/srpt.js';
