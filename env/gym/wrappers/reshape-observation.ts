/** Observations of another shape. */
import { box } from '../spaces/box.js';
import { copierOf } from '../vector/batches.js';
import { needBox } from './bounds.js';
import type { Wrapper } from './wrapper.js';

/** The same numbers, row-major, under other axes. @throws Error unless the space is a Box and both shapes hold as many */
export const reshapeObservation = ({ shape }: { readonly shape: readonly number[] }): Wrapper => ({
  name: 'ReshapeObservation',
  options: { shape },
  bind({ observationSpace }) {
    const inside = needBox(observationSpace, 'ReshapeObservation', 'observation');
    const { low, high, dtype } = inside;
    if (shape.reduce((a, b) => a * b, 1) !== low.length)
      throw new Error(
        `ReshapeObservation: shape is [${shape}], expected one of ${low.length} numbers as [${inside.shape}]`,
      );
    const copyRow = copierOf(inside);
    return {
      observationSpace: box(low, high, { shape, dtype }),
      observe: (from, i, to, o) => copyRow(from.observation, i, to.observation, o),
    };
  },
});
