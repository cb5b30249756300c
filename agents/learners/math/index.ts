/** The mathematics of learners, without a network: distributions, rankings, returns, losses. */
export * from './bits.js';
export * from './categorical.js';
export * from './gaussian.js';
export * from './leave-one-out.js';
export * from './multi-categorical.js';
export * from './plackett-luce.js';
export * from './ppo-loss.js';
export type { Reals } from './reals.js';
export * from './returns.js';
