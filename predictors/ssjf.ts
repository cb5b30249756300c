/**
 * The classifier of SSJF as it was published: a BERT model that sorts prompts into five classes of output length.
 *
 * The true length falls into one of 20 bins; the predicted class is drawn from the recorded shares of that bin, by the luck of
 * the request's key. believed = mean length of the requests that were put into that class; `lengthSpread` and the quantiles at
 * 10, 50 and 90 % are theirs too. At most what is declared.
 *
 * On the lengths it was measured on (LMSYS-Chat-1M, Vicuna-13B, answers below 512 tokens) it is right .60 of the time and its
 * rank correlation with the truth is .77. Everything above 511 tokens looks like 511 to it: see `scale`.
 *
 * Source: Qiu et al. 2024, arXiv 2404.08509, and its prediction file (`env/workloads/derived/output-length-structure.json`).
 * It reads the truth to simulate an error, and what it gives is worth no more than a prediction.
 */
import { type Luck, luck } from '../env/random.js';
import type { Forecast, Predictor } from '../env/serving/beliefs.js';
import { derived } from '../env/workloads/derived.js';

export interface SsjfOptions {
  /** The model's answers are so many times longer than those it was measured on, > 0 [1]. */
  readonly scale?: number;
  /** µs that a prediction takes on the engine's CPU, a whole number [0; 7,900 in the prediction file]. */
  readonly cost?: number;
}

interface Classifier {
  readonly true_length_by_predicted_class: readonly { readonly mean: number; readonly q21: readonly number[] }[];
  readonly noise_channel: {
    /** Bin k holds lengths from edge k up to and without edge k + 1. */
    readonly true_length_edges: readonly number[];
    readonly p_class_given_true_bin: readonly (readonly number[])[];
  };
}

const LEVELS = [0.1, 0.5, 0.9] as const;
/** Where these levels stand among 21 quantiles. */
const AT = LEVELS.map((level) => Math.round(20 * level));

export const ssjf = ({ scale = 1, cost = 0 }: SsjfOptions = {}): Predictor => {
  const { published_classifier: published } = derived<{ published_classifier: Classifier }>('output-length-structure');
  const { true_length_edges: edges, p_class_given_true_bin: shares } = published.noise_channel;
  const classes = published.true_length_by_predicted_class.map(({ mean, q21 }) => ({
    mean,
    q21,
    spread: deviation(q21),
  }));
  let forecast: Forecast;
  let draw: Luck;

  function predictedClass(length: number, u: number): number {
    let bin = 0;
    while (bin < shares.length - 1 && length >= edges[bin + 1]) bin++;
    const row = shares[bin];
    let k = 0;
    for (let sum = row[0]; k < row.length - 1 && u >= sum; sum += row[k]) k++;
    return k;
  }

  return {
    name: 'ssjf',
    information: 'predicted',
    levels: LEVELS,
    ...(cost > 0 && { cost: { arrive: cost } }),
    reset(given) {
      forecast = given;
      draw = luck(given.seed, 'predictors/ssjf');
    },
    arrive(r) {
      const { beliefs, requests, truth } = forecast;
      const { mean, q21, spread } = classes[predictedClass(truth.outputTokens(r) / scale, draw(requests.key[r], 0))];
      const possible = (length: number): number => Math.max(1, Math.min(scale * length, requests.declared[r]));
      beliefs.length[r] = possible(mean);
      beliefs.lengthSpread[r] = scale * spread;
      beliefs.quantiles.forEach((column, k) => {
        column[r] = possible(q21[AT[k]]);
      });
    },
  };
};

/** Standard deviation of the distribution whose quantiles, at equal steps, these are. */
function deviation(quantiles: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (let k = 1; k < quantiles.length; k++) {
    const [a, b] = [quantiles[k - 1], quantiles[k]];
    sum += (a + b) / 2;
    squares += (a * a + a * b + b * b) / 3;
  }
  const steps = quantiles.length - 1;
  return Math.sqrt(squares / steps - (sum / steps) ** 2);
}
