/** Which types environments have, by id. */

/**
 * Types of environments, so that `make('Name-v0')` knows observations and actions. Who registers an environment adds a line:
 * `declare module 'servegym/gym' { interface EnvTypes { 'Name-v0': Env<Float32Array, number, Float32Array> } }`
 * Always through the entry (inside the package: its `index.js`): TypeScript does not merge additions through two modules.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be added to
export interface EnvTypes {}
