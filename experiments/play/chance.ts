/** Who answers anything legal, each answer as likely as any other: what a task is without a policy. */
import { stream } from '../../env/random.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { asPolicy, type Codec } from '../../env/tasks/codec.js';
import { anyAction } from './actions.js';

/** As a scheduler like any other; its luck belongs to the episode. */
export const chance = (codec: () => Codec): (() => Scheduler) => {
  const { observationSpace: space, actionSpace, scope } = codec();
  return () => {
    let inner: Scheduler;
    return {
      name: 'chance',
      ...(scope && { scope }),
      reset(episode) {
        const random = stream(episode.seed, 'chance');
        const act = (seen: unknown, mask: Uint8Array | null): unknown =>
          anyAction(actionSpace, { space, observation: space.read(seen, 0), mask }, random).action;
        inner = asPolicy(() => ({ name: 'chance', act }), codec)();
        inner.reset?.(episode);
      },
      decide: (view, out) => inner.decide(view, out),
    };
  };
};
