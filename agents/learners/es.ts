/**
 * OpenAI-ES: a gradient of the expected cost around one point, estimated from mirrored pairs and followed by Adam.
 *
 *     g = 1/(2Kσ) · Σ (F(m + σεₖ) − F(m − σεₖ))·εₖ,   F = rank of the cost among all, −½ … ½
 *
 * Source: Salimans et al. 2017, "Evolution strategies as a scalable alternative to reinforcement learning", arXiv 1703.03864: mirrored
 * sampling, rank shaping, Adam. σ stays. Equal costs share their mean rank, so that a flat place has no gradient.
 */
import { type AdamState, adamState, adamStep } from '../../predictors/adam.js';
import { settingOf, type Weights } from '../../predictors/weights.js';
import { type AskTell, type AskTellOptions, normals, savedNumbers, sortedByCost } from './ask-tell.js';

export interface EsOptions extends AskTellOptions {
  /** Step of Adam [σ/2]. */
  readonly rate?: number | undefined;
}

/** Population: 16 unless given, an even number. @throws Error if it is odd, or what it should go on from does not fit */
export function es(options: EsOptions): AskTell {
  const { start, sigma, seed = 0, population = 16, rate = sigma / 2, from } = options;
  if (population < 2 || population % 2 !== 0)
    throw new Error(`ES has a population of ${population}, expected an even number of at least 2`);
  const n = start.length;
  const mean = from ? savedNumbers(from, 'mean', n) : Float64Array.from(start);
  const point = { shape: [n], values: mean };
  const adam = adamOf(from, n) ?? adamState([point]);
  let generation = from ? settingOf(from, 'generation') : 0;

  const directions = (): Float64Array[] => {
    const next = normals(seed, 'es', generation);
    return Array.from({ length: population / 2 }, () => Float64Array.from({ length: n }, next));
  };

  return {
    ask: () => directions().flatMap((e) => [1, -1].map((sign) => mean.map((m, k) => m + sign * sigma * e[k]))),
    tell(costs) {
      const ranks = centredRanks(costs, population);
      const gradient = new Float64Array(n);
      directions().forEach((e, pair) => {
        const share = (ranks[2 * pair] - ranks[2 * pair + 1]) / (population * sigma);
        for (let k = 0; k < n; k++) gradient[k] += share * e[k];
      });
      adamStep({ rate }, adam, [point], [gradient]);
      generation++;
    },
    recommended: () => mean.slice(),
    save: () => ({
      settings: { generation },
      tensors: {
        mean: { shape: [n], values: mean.slice() },
        powers: { shape: [2], values: adam.powers.slice() },
        first: { shape: [n], values: Float64Array.from(adam.first[0]) },
        second: { shape: [n], values: Float64Array.from(adam.second[0]) },
      },
    }),
  };
}

function adamOf(from: Weights | undefined, n: number): AdamState | undefined {
  if (from === undefined) return undefined;
  const moments = (name: string): Float32Array[] => [Float32Array.from(savedNumbers(from, name, n))];
  return { powers: savedNumbers(from, 'powers', 2), first: moments('first'), second: moments('second') };
}

/** −½ for the least cost … ½ for the greatest; equal costs share the mean of their ranks. */
function centredRanks(costs: ArrayLike<number>, points: number): Float64Array {
  const order = sortedByCost(costs, points);
  const ranks = new Float64Array(points);
  for (let from = 0; from < points; ) {
    let to = from;
    while (to < points && costs[order[to]] === costs[order[from]]) to++;
    for (let k = from; k < to; k++) ranks[order[k]] = (from + to - 1) / 2 / (points - 1) - 0.5;
    from = to;
  }
  return ranks;
}
