/**
 * A trained model of output length as a belief: asked once when a request arrives, from its prompt and what is known about it.
 *
 * `length` is the mean (or the median) of what the model says, cut at what the client declares; `lengthSpread` and the quantiles
 * at 10, 50, 90 and 95 % likewise. With `online` the requests that finished correct level and spread (`online.ts`) and are the past
 * of model and tenant that models read; an engine serves one model, so where no name is known everybody is its past.
 * With `refresh: 'hazard'` the belief is conditioned on what has been generated, every `every` tokens; without, it is only kept above it,
 * which orders better in the mean (experiments/results/voi). A cut answer counts as it is.
 *
 * State: sums and errors in cells, what was predicted in columns, so that it forks.
 */
import type { Forecast, Predictor } from '../env/serving/beliefs.js';
import { createEpisodePast, type EpisodePast } from './episode-past.js';
import { type Moments, momentsGiven, quantileGiven } from './length/distribution.js';
import { FEATURES, writeFeatures } from './length/features.js';
import { LEVELS, type LengthInput, type LengthModel } from './length/model.js';
import { createRecalibration, medianOf, type Recalibration, scaleOf } from './online.js';
import { looksEvery } from './refine/looks.js';

export interface LearnedOptions {
  /** Its name in tables ['learned']. */
  readonly name?: string;
  /** What is believed ['mean']. */
  readonly believes?: 'mean' | 'median';
  /** Finished requests correct it [true]. */
  readonly online?: boolean;
  /** Whether a belief is conditioned on what has been generated; if not, it is only kept above it ['none']. */
  readonly refresh?: 'hazard' | 'none';
  /** Tokens between two looks, ≥ 1 [8]. */
  readonly every?: number;
  /** µs that a prediction takes on the engine's CPU, a whole number [0]. */
  readonly cost?: number;
}

const OFFERED = [0.1, 0.5, 0.9, 0.95] as const;

export const learned = (model: LengthModel, options: LearnedOptions = {}): Predictor => {
  const { name = 'learned', believes = 'mean', online = true, refresh = 'none', every = 8, cost = 0 } = options;
  const hazard = refresh === 'hazard';
  const features = new Float32Array(FEATURES);
  const quantiles = new Float64Array(LEVELS.length);
  const moments: Moments = { mean: 0, spread: 0 };
  let forecast: Forecast;
  let past: EpisodePast;
  let recalibration: Recalibration;
  let centre: Float64Array; // log median and scale, as the model predicted them
  let scale: Float64Array;
  let kept: readonly Float64Array[]; // corrected quantiles by level
  const looks = looksEvery(hazard ? every : Infinity, (r, generated) => {
    for (let k = 0; k < kept.length; k++) quantiles[k] = kept[k][r];
    believe(r, generated);
  });

  /** From `quantiles`. */
  function believe(r: number, generated: number): void {
    const { beliefs, requests } = forecast;
    const most = requests.declared[r];
    momentsGiven(quantiles, generated, most, moments);
    beliefs.length[r] = believes === 'mean' ? moments.mean : quantileGiven(quantiles, 0.5, generated, most);
    beliefs.lengthSpread[r] = moments.spread;
    for (let k = 0; k < OFFERED.length; k++)
      beliefs.quantiles[k][r] = quantileGiven(quantiles, OFFERED[k], generated, most);
  }

  function inputOf(r: number): LengthInput {
    const { requests, rules } = forecast;
    const text = forecast.prompt(r);
    const asked = forecast.model(r);
    const promptTokens = requests.promptTokens[r];
    const limit = rules.maxModelLen - promptTokens; // who declares nothing may have this
    return {
      ...(text !== undefined && { text }),
      ...(asked !== undefined && { model: asked }),
      promptTokens,
      declared: requests.declared[r] < limit ? requests.declared[r] : Infinity,
      tenant: String(requests.tenant[r]),
      ...(online && { past: past.of(asked, requests.tenant[r]) }),
    };
  }

  return {
    name,
    information: 'predicted',
    levels: OFFERED,
    ...(cost > 0 && { cost: { arrive: cost } }),
    reset(given) {
      forecast = given;
      past = createEpisodePast(given);
      recalibration = createRecalibration(given);
      centre = given.column(Float64Array);
      scale = given.column(Float64Array);
      kept = hazard ? LEVELS.map(() => given.column(Float64Array)) : [];
      looks.reset(given);
    },
    arrive(r) {
      const input = inputOf(r);
      writeFeatures(input, features, 0);
      model.predict(features, input, quantiles);
      centre[r] = Math.log(medianOf(quantiles));
      scale[r] = scaleOf(quantiles);
      if (online) recalibration.correct(quantiles);
      for (let k = 0; k < kept.length; k++) kept[k][r] = quantiles[k];
      believe(r, 0);
    },
    progress: looks.progress,
    ...(online && {
      observe(r: number) {
        const { generated, tenant } = forecast.requests;
        past.add(forecast.model(r), tenant[r], generated[r]);
        recalibration.note((Math.log(generated[r]) - centre[r]) / scale[r]);
      },
    }),
  };
};
