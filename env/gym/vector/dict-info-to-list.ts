/** Infos of a vector environment as a list: one record an environment, without masks. */
import type { Info } from '../env.js';
import { splitInfos } from './infos.js';
import type { VectorEnv, VectorResetOptions } from './vector-env.js';

/** A vector environment whose `reset` and `step` give a list of infos; all else is that of the one inside. */
export type ListInfos<O, A, B, Actions> = Omit<VectorEnv<O, A, B, Actions>, 'reset' | 'step' | 'inner'> & {
  readonly inner: VectorEnv<O, A, B, Actions>;
  reset(how?: VectorResetOptions): [observations: B, infos: Info[]];
  step(
    actions: Actions,
  ): [observations: B, rewards: Float64Array, terminated: Uint8Array, truncated: Uint8Array, infos: Info[]];
};

export const dictInfoToList = <O, A, B, Actions>(env: VectorEnv<O, A, B, Actions>): ListInfos<O, A, B, Actions> => ({
  ...env,
  inner: env,
  reset(how) {
    const [observations, infos] = env.reset(how);
    return [observations, splitInfos(infos, env.count)];
  },
  step(actions) {
    const [observations, rewards, terminated, truncated, infos] = env.step(actions);
    return [observations, rewards, terminated, truncated, splitInfos(infos, env.count)];
  },
});
