/** Functions of one's own over actions, observations and rewards. */
import type { Space } from '../spaces/space.js';
import type { Same, Wrapper } from './wrapper.js';

/** Shows `of(observation)`, a member of `space` [the same space]. The observation is borrowed: `of` must not keep or change it. */
export const transformObservation = <O, P, B>(of: (observation: O) => P, space?: Space<P, B>): Wrapper<P, Same, B> => ({
  name: 'TransformObservation',
  options: { of, ...(space ? { space } : {}) },
  bind({ observationSpace: inside }) {
    const outside = (space ?? inside) as Space;
    return {
      observationSpace: outside,
      observe: (from, i, to, o) => outside.write(to.observation, o, of(inside.read(from.observation, i) as O)),
    };
  },
});

/**
 * Carries out `of(action)`; actions are then members of `space` [the same space].
 * @param mask turns the masks inside into those outside; without it there are none
 */
export const transformAction = <A, C>(
  of: (action: A) => C,
  space?: Space<A>,
  mask?: (inside: Uint8Array) => Uint8Array,
): Wrapper<Same, A> => ({
  name: 'TransformAction',
  options: { of, ...(space ? { space } : {}), ...(mask ? { mask } : {}) },
  bind(inside) {
    const legal = (row: number): Uint8Array => mask?.(inside.mask(row) ?? new Uint8Array(0)) as Uint8Array;
    return {
      actionSpace: (space ?? inside.actionSpace) as Space,
      action: (action) => of(action as A),
      ...(mask ? { masks: legal } : {}),
    };
  },
});

/** Gives `of(reward)`. */
export const transformReward = (of: (reward: number) => number): Wrapper => ({
  name: 'TransformReward',
  options: { of },
  bind: () => ({
    step(numbers, at) {
      numbers.reward[at] = of(numbers.reward[at]);
    },
  }),
});
