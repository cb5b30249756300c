/** Upper bounds with a promised probability. */
export * from './adaptive.js';
export * from './load.js';
export * from './split.js';
