/** Boxes cut into bins: for learners that know choices only. */

import type { BoxSpace } from '../spaces/box.js';
import { discrete } from '../spaces/discrete.js';
import { arrayOf } from '../spaces/dtype.js';
import { multiDiscrete } from '../spaces/multi-discrete.js';
import type { Numbers, Space } from '../spaces/space.js';
import { needBox } from './bounds.js';
import type { Same, Wrapper } from './wrapper.js';

export interface DiscretizeOptions {
  /** Bins of equal width, for all numbers or for each. */
  readonly bins: number | readonly number[];
  /** A choice a number, instead of one choice for all of them, the last number's bin running fastest [false]. */
  readonly multidiscrete?: boolean;
}

/** The bins of a Box; bin k of number d lies between edges[d][k] and edges[d][k + 1]. */
interface Bins {
  readonly counts: Int32Array;
  readonly edges: readonly (readonly number[])[];
  readonly space: Space;
}

function binsOf(space: BoxSpace, { bins, multidiscrete = false }: DiscretizeOptions, wrapper: string): Bins {
  const { low, high, dtype } = space;
  const counts = Int32Array.from(low, (_, d) => (typeof bins === 'number' ? bins : bins[d]));
  const given = typeof bins === 'number' ? low.length : bins.length;
  if (given !== low.length || !counts.every((n, d) => n > 0 && n === (typeof bins === 'number' ? bins : bins[d])))
    throw new Error(`${wrapper}: bins is ${JSON.stringify(bins)}, expected one whole number above 0, or ${low.length}`);
  const r = dtype === 'float32' ? Math.fround : (x: number) => x;
  const edges = Array.from(low, (from, d) => {
    if (!Number.isFinite(from) || !Number.isFinite(high[d]))
      throw new Error(`${wrapper}: ${space} is unbounded, expected finite bounds`);
    const width = r(r(high[d] - from) / counts[d]);
    return Array.from({ length: counts[d] + 1 }, (_, k) => (k === counts[d] ? high[d] : r(r(k * width) + from)));
  });
  const choices = multidiscrete ? multiDiscrete([...counts]) : discrete(counts.reduce((a, b) => a * b, 1));
  return { counts, edges, space: choices as Space };
}

/** Shows the bin of each number; what lies outside the bounds is in the nearest. @throws Error unless the space is a bounded Box */
export const discretizeObservation = (options: DiscretizeOptions): Wrapper<number | Int32Array, Same, Int32Array> => ({
  name: 'DiscretizeObservation',
  options: { multidiscrete: false, ...options },
  bind({ observationSpace }) {
    const inside = needBox(observationSpace, 'DiscretizeObservation', 'observation');
    const { counts, edges, space } = binsOf(inside, options, 'DiscretizeObservation');
    const size = counts.length;
    return {
      observationSpace: space,
      observe(from, i, to, o) {
        const x = from.observation as Numbers;
        const y = to.observation as Int32Array;
        let flat = 0;
        for (let d = 0; d < size; d++) {
          let bin = 0;
          while (bin < counts[d] - 1 && x[i * size + d] >= edges[d][bin + 1]) bin++;
          if (options.multidiscrete) y[o * size + d] = bin;
          flat = flat * counts[d] + bin;
        }
        if (!options.multidiscrete) y[o] = flat;
      },
    };
  },
});

/** Carries out the middle of the chosen bin. @throws Error unless the space is a bounded Box */
export const discretizeAction = (options: DiscretizeOptions): Wrapper<Same, number | Int32Array> => ({
  name: 'DiscretizeAction',
  options: { multidiscrete: false, ...options },
  bind({ actionSpace, rows }) {
    const inside = needBox(actionSpace, 'DiscretizeAction', 'action');
    const { counts, edges, space } = binsOf(inside, options, 'DiscretizeAction');
    const r = inside.dtype === 'float32' ? Math.fround : (x: number) => x;
    const actions = Array.from({ length: rows }, () => new (arrayOf(inside.dtype))(counts.length));
    return {
      actionSpace: space,
      action(action, row) {
        const y = actions[row];
        if (!space.contains(action)) throw new Error(`DiscretizeAction: ${action} is not in ${space}`);
        let rest = options.multidiscrete ? 0 : (action as number);
        for (let d = counts.length - 1; d >= 0; d--) {
          const bin = options.multidiscrete ? (action as Int32Array)[d] : rest % counts[d];
          rest = Math.floor(rest / counts[d]);
          y[d] = r(edges[d][bin] + edges[d][bin + 1]) / 2;
        }
        return y;
      },
    };
  },
});
