/** A stream of requests with beliefs drawn by keyed luck, and what is known of it whatever the policy. */
import { luck } from '../../env/random.js';
import type { Forecast, Predictor } from '../../env/serving/beliefs.js';
import type { Guesses } from './guesses.js';
import { createLoad, type Load } from './load.js';
import type { Control } from './regenerative.js';
import { STEP, workFound } from './serial.js';

export interface PredictedLoad extends Load {
  /** What is believed of each request, in steps. */
  readonly believed: Float64Array;
}

/** Those believed shortest who bring these shares of the work are watched. */
const SHARES = [0.25, 0.5, 0.75];

/**
 * Poisson arrivals of sizes with beliefs. Controls are those of the load, and for some borders the work that arrivals would
 * find if only those were served who are believed shorter: an M/G/1 queue of its own, whoever is served before whom.
 */
export function createPredictedLoad(guesses: Guesses, rho: number, requests: number, seed: number): PredictedLoad {
  const load = createLoad(guesses.sizes, rho, requests, seed);
  const { workload } = load;
  const draw = luck(seed, 'guesses');
  const believed = Float64Array.from(workload.key, (key, r) => guesses.draw(workload.outputTokens[r], draw(key, 0)));
  const halves = shorterParts(guesses, rho).map(({ longest, mean }): Control => {
    const found = workFound(workload, (r) => believed[r] <= longest);
    return { values: found.map((w) => w / STEP), mean };
  });
  return { ...load, believed, controls: [...load.controls, ...halves] };
}

/** By share of work: the longest belief that counts, and the mean work found of those who count (Pollaczek and Khinchine). */
function shorterParts(guesses: Guesses, rho: number): { longest: number; mean: number }[] {
  const rate = rho / guesses.sizes.mean;
  const parts: { longest: number; mean: number }[] = [];
  let work = 0;
  let square = 0;
  guesses.forEach((belief, column, least, most) => {
    for (let x = least; x <= most; x++) {
      work += rate * column[x] * x;
      square += rate * column[x] * x * x;
    }
    if (parts.length < SHARES.length && work >= SHARES[parts.length] * rho) {
      parts.push({ longest: belief, mean: square / (2 * (1 - work)) });
    }
  });
  return parts;
}

/** Believes what it was told, by key. */
export const told =
  (believed: Float64Array): (() => Predictor) =>
  () => {
    let forecast: Forecast;
    return {
      name: 'told',
      information: 'predicted',
      reset(given) {
        forecast = given;
      },
      arrive(r) {
        forecast.beliefs.length[r] = believed[forecast.requests.key[r]];
      },
    };
  };
