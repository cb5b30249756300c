/** Some parts of an observation. */
import { dict, isDict } from '../spaces/dict.js';
import { isTuple, tuple } from '../spaces/tuple.js';
import { copierOf } from '../vector/batches.js';
import type { Same, Wrapper } from './wrapper.js';

/**
 * Keeps the given keys of a Dict, or the given places of a Tuple, in the order of the space.
 * @throws Error for other spaces, for keys that are not there, or none
 */
export const filterObservation = ({
  filterKeys,
}: {
  readonly filterKeys: readonly (string | number)[];
}): Wrapper<unknown, Same, unknown> => ({
  name: 'FilterObservation',
  options: { filterKeys },
  bind({ observationSpace: space }) {
    const there = isDict(space) ? space.keys : isTuple(space) ? [...space.spaces.keys()] : null;
    if (there === null)
      throw new Error(`FilterObservation: the observation space is ${space}, expected a Dict or a Tuple`);
    const missing = filterKeys.filter((key) => !(there as readonly unknown[]).includes(key));
    if (missing.length > 0)
      throw new Error(`FilterObservation: no ${missing.join(', ')} in the observation; there are ${there.join(', ')}`);
    if (filterKeys.length === 0) throw new Error('FilterObservation: expected at least one key to keep');
    const kept = (there as readonly (string | number)[]).filter((key) => filterKeys.includes(key));
    const parts = kept.map((key) => (space as unknown as { spaces: Record<string | number, never> }).spaces[key]);
    const copiers = parts.map(copierOf);
    const outside = isDict(space) ? dict(kept.map((key, k) => [String(key), parts[k]] as const)) : tuple(parts);
    return {
      observationSpace: outside,
      observe(from, i, to, o) {
        const [a, b] = [from.observation, to.observation] as Record<string | number, unknown>[];
        for (let k = 0; k < kept.length; k++) copiers[k](a[kept[k]], i, b[isDict(space) ? kept[k] : k], o);
      },
    };
  },
});
