/** Observations of another element type. */
import { box } from '../spaces/box.js';
import { isDtype, rangeOf } from '../spaces/dtype.js';
import type { Dtype, Numbers } from '../spaces/space.js';
import { copierOf } from '../vector/batches.js';
import { needBox } from './bounds.js';
import type { Same, Wrapper } from './wrapper.js';

/** Casts numbers, and the bounds as far as the new type reaches. @throws Error unless the space is a Box */
export const dtypeObservation = ({ dtype }: { readonly dtype: Dtype }): Wrapper<Numbers, Same, Numbers> => ({
  name: 'DtypeObservation',
  options: { dtype },
  bind({ observationSpace }) {
    if (!isDtype(dtype))
      throw new Error(`DtypeObservation: dtype is ${JSON.stringify(dtype)}, expected one such as "float32"`);
    const inside = needBox(observationSpace, 'DtypeObservation', 'observation');
    const [least, most] = rangeOf(dtype);
    const within = (x: ArrayLike<number>): number[] => Array.from(x, (v) => Math.min(most, Math.max(least, v)));
    const [low, high] = [inside.low, inside.high].map((bound) => Float64Array.from(within(bound)));
    const copyRow = copierOf(inside);
    return {
      observationSpace: box(low, high, { shape: inside.shape, dtype }),
      observe: (from, i, to, o) => copyRow(from.observation, i, to.observation, o),
    };
  },
});
