/** Observations with mean 0 and variance 1, by running statistics. */
import { box } from '../spaces/box.js';
import { isFloat } from '../spaces/dtype.js';
import type { Numbers } from '../spaces/space.js';
import { createMoments, ROUNDED_PRIOR, rounded, takeIn } from './running-moments.js';
import { Row, type Same, type Wrapper } from './wrapper.js';

/**
 * (x − mean) / √(variance + ε), as float32. Every observation counts before it is normalised, those of `reset` too; in a
 * vector all rows of a call count before any is normalised. Statistics are kept in the precision of float observations, else
 * in float64; `statistics`, `loadStatistics` and `freeze` act on them.
 * @throws Error for spaces without a shape; in a vector under autoreset other than next-step, and for partial resets
 */
export function normalizeObservation({
  epsilon = 1e-8,
}: {
  readonly epsilon?: number;
} = {}): Wrapper<Float32Array, Same, Float32Array> {
  if (!(epsilon > 0)) throw new Error(`NormalizeObservation: epsilon is ${epsilon}, expected a number above 0`);
  return {
    name: 'NormalizeObservation',
    options: { epsilon },
    bind({ observationSpace, autoreset, rows }) {
      const { shape, dtype } = observationSpace;
      if (shape === null || dtype === null)
        throw new Error(
          `NormalizeObservation: ${observationSpace} has no shape, expected a space of arrays of numbers`,
        );
      if (autoreset !== null && autoreset !== 'next-step')
        throw new Error(
          `NormalizeObservation: autoreset is ${autoreset}, expected next-step: every row must count once a call`,
        );
      const size = shape.reduce((a, b) => a * b, 1);
      const precision = isFloat(dtype) && dtype !== 'float64' ? 'float32' : 'float64';
      const single = precision === 'float32';
      const state = {
        moments: createMoments(size, precision, single ? 1 : ROUNDED_PRIOR),
        updating: true,
      };
      return {
        observationSpace: box(-Infinity, Infinity, { shape, dtype: 'float32' }),
        state,
        saved: ['moments'],
        checkReset(which) {
          if (which.includes(Row.idle))
            throw new Error('NormalizeObservation: a partial reset; expected a reset_mask of ones only, or none');
        },
        gather(inner, at) {
          if (state.updating) takeIn(state.moments, rows, inner.observation as Numbers, at * size);
        },
        observe(from, i, to, o) {
          const x = from.observation as Numbers;
          const y = to.observation as Float32Array;
          const { mean, variance } = state.moments;
          for (let d = 0; d < size; d++) {
            const spread = rounded(Math.sqrt(rounded(variance[d] + epsilon, single)), single);
            y[o * size + d] = rounded(x[i * size + d] - mean[d], single) / spread;
          }
        },
      };
    },
  };
}
