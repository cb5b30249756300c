/**
 * An environment as pure functions over states, in the manner of Gymnasium's FuncEnv: what tree search and planning need.
 * A state holds the random stream, too, so a transition needs no generator: same state, same action, same result.
 */
import type { Seed } from '../random.js';
import type { Env, Info } from './env.js';

/** A moment of an episode. What is in it is read through `Functional`. */
export interface State<O = unknown, A = unknown, B = unknown> {
  /** Stands at this moment; never stepped, only forked. */
  readonly env: Env<O, A, B>;
  readonly observation: O;
  readonly reward: number;
  readonly terminal: boolean;
  readonly truncated: boolean;
  readonly info: Info;
}

export interface Functional<O, A, B> {
  /** The first state of the episode of a seed. */
  initial(seed: Seed, options?: Readonly<Record<string, unknown>>): State<O, A, B>;
  /** What follows; `state` stays as it is. @throws what `step` throws */
  transition(state: State<O, A, B>, action: A): State<O, A, B>;
  /** A copy. */
  observation(state: State<O, A, B>): O;
  /** Of the transition that led here; 0 in the first state. */
  reward(state: State<O, A, B>): number;
  /** The task ended here by itself. */
  terminal(state: State<O, A, B>): boolean;
  /** Cut off here from outside. */
  truncated(state: State<O, A, B>): boolean;
  /** What `reset` or `step` said beside its numbers, as a fresh object. */
  stateInfo(state: State<O, A, B>): Info;
}

/**
 * The functional view of environments that can be forked.
 * @param make a new environment, all of them alike
 * @throws Error from `initial` if the environment has no `fork`
 */
export const functional = <O, A, B>(make: () => Env<O, A, B>): Functional<O, A, B> => ({
  initial(seed, options = {}) {
    const env = make();
    if (!env.fork)
      throw new Error(`${env.spec?.id ?? 'this environment'} has no fork, which the functional view needs`);
    const [observation, info] = env.reset({ seed, options });
    return { env, observation, reward: 0, terminal: false, truncated: false, info };
  },
  transition(state, action) {
    const env = (state.env.fork as () => Env<O, A, B>)();
    const [observation, reward, terminal, truncated, info] = env.step(action);
    return { env, observation, reward, terminal, truncated, info };
  },
  observation({ env, observation }) {
    const { observationSpace: space } = env;
    const copy = space.createBatch(1);
    space.write(copy, 0, observation);
    return space.read(copy, 0);
  },
  reward: (state) => state.reward,
  terminal: (state) => state.terminal,
  truncated: (state) => state.truncated,
  stateInfo: (state) => ({ ...state.info }),
});
