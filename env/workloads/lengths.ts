/** How long prompts and outputs are. One idea, one file, in `lengths/`. */
export * from './lengths/histogram.js';
export { lengthKinds, type NamedLengths } from './lengths/kinds.js';
export * from './lengths/marginals.js';
export type { LengthSampler, Lengths } from './lengths/sampler.js';
export { type LengthSet, type LengthStatistics, lengthSampler, lengthSets } from './lengths/statistics.js';
