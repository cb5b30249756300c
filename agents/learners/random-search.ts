/**
 * Random search: points around the start at all scales, none learned from another; the best one told so far is recommended. The honest
 * control of every other search: what cannot beat it at equal episodes has learned nothing.
 *
 * Each point is start + s·N(0, I), where s is log-uniform in σ/10 … 10σ.
 */

import { stream } from '../../env/random.js';
import { settingOf } from '../../predictors/weights.js';
import { type AskTell, type AskTellOptions, normals, savedNumbers, sortedByCost } from './ask-tell.js';

/** Population: 16 unless given. @throws Error if what it should go on from does not fit */
export function randomSearch({ start, sigma, seed = 0, population = 16, from }: AskTellOptions): AskTell {
  const n = start.length;
  const best = from ? savedNumbers(from, 'best', n) : Float64Array.from(start);
  let [least] = from ? savedNumbers(from, 'cost', 1) : [Number.MAX_VALUE];
  let generation = from ? settingOf(from, 'generation') : 0;

  function points(): Float64Array[] {
    const next = normals(seed, 'random search', generation);
    const scales = stream(seed, `random search/${generation}/scales`);
    return Array.from({ length: population }, () => {
      const scale = sigma * Math.exp(Math.LN10 * (2 * scales.next() - 1));
      return Float64Array.from({ length: n }, (_, k) => start[k] + scale * next());
    });
  }

  return {
    ask: points,
    tell(costs) {
      const [first] = sortedByCost(costs, population);
      if (costs[first] < least) {
        least = costs[first];
        best.set(points()[first]);
      }
      generation++;
    },
    recommended: () => best.slice(),
    save: () => ({
      settings: { generation },
      tensors: { best: { shape: [n], values: best.slice() }, cost: { shape: [1], values: Float64Array.of(least) } },
    }),
  };
}
