/** Which types environments have, by id. */

/**
 * Types of environments, so that `make('Name-v0')` knows observations and actions. Who registers an environment adds a line:
 * `declare module 'servegym/gym' { interface EnvTypes { 'Name-v0': Env<Float32Array, number, Float32Array> } }`
 * Always through the entry (inside the package: its `index.js`): TypeScript does not merge additions through two modules.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be added to
export interface EnvTypes {}

/**
 * Of environments whose form depends on how they are made: the types under the options of `make`, beside the usual ones in `EnvTypes`.
 * `interface EnvForms<Options> { 'Name-v0': Options extends { readonly flat: true } ? Flat : Nested }`
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be added to
// biome-ignore lint/correctness/noUnusedVariables: by declarations with the same parameter
export interface EnvForms<Options> {}

/** The environment that an id means under options. */
export type EnvOf<Id extends keyof EnvTypes, Options> = Id extends keyof EnvForms<Options>
  ? EnvForms<Options>[Id]
  : EnvTypes[Id];
