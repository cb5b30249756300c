/** What acts in an environment. */
import type { Env, Info } from './env.js';

/**
 * Chooses an action for what it sees. `env` is there for what is neither in the observation nor in the info, such as
 * `env.actionSpace.sample()` and `env.actionMasks()`.
 */
export type Policy<O = unknown, A = unknown> = (observation: O, info: Info, env: Env<O, A>) => A;
