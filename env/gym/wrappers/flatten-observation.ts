/** Observations as one vector. */
import type { Same, Wrapper } from './wrapper.js';

/** Parts in the order of the space, choices one-hot. Spaces without a fixed size become those of flat parts. */
export const flattenObservation = (): Wrapper<unknown, Same, unknown> => ({
  name: 'FlattenObservation',
  options: {},
  bind({ observationSpace: inside }) {
    const outside = inside.flatSpace();
    return {
      observationSpace: outside,
      observe: (from, i, to, o) => outside.write(to.observation, o, inside.flatten(inside.read(from.observation, i))),
    };
  },
});
