/**
 * TRAIL's refined belief: a first guess from the prompt, then a noisy look at what remains every few tokens, smoothed.
 *
 * At arrival: length = true length + noise of mean absolute error `promptMae` (a BERT model on the prompt). From the first
 * token on, at 0, `every`, 2·`every` … generated tokens, a signal: remaining + noise of mean absolute error `mae` (a small
 * network on a hidden layer). Both noises are Gaussian, σ = MAE·√(π/2), luck of the request's key and the position, so that
 * a belief depends on the request and its tokens alone, however often it is asked for.
 *
 * `smoothing: 'bayes'` keeps a distribution over `bins` equal bins of remaining length in 0 … `longest`, w tokens each:
 *
 *     prior = posterior · T^every        T: with chance 1/w a token moves it one bin down
 *     posterior ∝ prior ⊙ likelihood of the signal
 *     remaining = Σ posterior·midpoint
 *
 * so the error shrinks as signals add up: from 33.9 tokens to half of that within five looks. In the lowest bin it grows
 * again, since a token more or less there makes no difference. `reading` says where the likelihood comes from: 'exact' knows
 * how the signal errs, 'trained' is a classifier that was trained on signals and their bins (`refine/look.ts`), as in the release.
 * `'none'` believes each signal as it comes: then the error is
 * `mae` as it stands. Between two signals the remaining length counts down. Answers beyond `longest` are taken to end near
 * it until they get there.
 *
 * State: the distribution and where the last signal was. Source: Shahout et al., ICLR 2025, arXiv 2410.01035; errors are those
 * of the released predictors on Alpaca answers up to 512 tokens. Ours: the exact likelihood as the default. It reads the truth to simulate an error, and what it gives is worth no more than a prediction.
 */
import { normal } from '../env/distributions.js';
import { type Luck, luck } from '../env/random.js';
import type { Forecast, Predictor } from '../env/serving/beliefs.js';
import { lookFor, readLook } from './refine/look.js';
import { bayes, countDown } from './refine/smoothing.js';

export interface TrailOptions {
  /** Mean absolute error of a signal, tokens ≥ 0 [33.9]. */
  readonly mae?: number;
  /** That of the guess at arrival [46.1]. */
  readonly promptMae?: number;
  /** Tokens between two signals, ≥ 1 [8]. */
  readonly every?: number;
  /** ['bayes'] */
  readonly smoothing?: 'bayes' | 'none';
  /** How a signal becomes a distribution over bins ['exact']. */
  readonly reading?: 'exact' | 'trained';
  /** µs that the guess at arrival takes on the engine's CPU, a whole number [0]. */
  readonly guessCost?: number;
  /** … and a look at what remains [0]. */
  readonly lookCost?: number;
  /** ≥ 2 [10] */
  readonly bins?: number;
  /** Longest remaining length that the bins hold, tokens, at least one a bin [512]. */
  readonly longest?: number;
}

/** σ of a Gaussian over its mean absolute value. */
const SIGMA_PER_MAE = Math.sqrt(Math.PI / 2);

export const trail = ({
  mae = 33.9,
  promptMae = 46.1,
  every = 8,
  smoothing = 'bayes',
  reading = 'exact',
  bins = 10,
  longest = 512,
  guessCost = 0,
  lookCost = 0,
}: TrailOptions = {}): Predictor => {
  const width = longest / bins;
  const moves = Math.min(1, 1 / width);
  const sigma = SIGMA_PER_MAE * mae;
  /** Of a signal around the midpoint of the bin that the truth lies in. */
  const variance = sigma * sigma + (width * width) / 12;
  const weights = new Float64Array(bins); // the distribution of the request at hand
  const said = new Float64Array(bins); // what a signal says alone
  const look = smoothing === 'bayes' && reading === 'trained' ? lookFor({ mae, bins, longest }) : null;
  let forecast: Forecast;
  let draw: Luck;
  let looks: Int32Array; // signals seen
  let columns: Float64Array[]; // the distribution, a column a bin

  const noise = (r: number, position: number, error: number): number => {
    const key = forecast.requests.key[r];
    return SIGMA_PER_MAE * error * normal(draw(key, 2 * position), draw(key, 2 * position + 1));
  };

  const midpoint = (bin: number): number => (bin + 0.5) * width;

  /** One more signal of `remaining`, after so many tokens. */
  function weigh(signal: number, first: boolean): void {
    if (first) weights.fill(1);
    else countDown(weights, moves, every);
    if (look) readLook(look, signal, said);
    else {
      const clipped = Math.min(longest - width / 2, Math.max(width / 2, signal));
      for (let bin = 0; bin < bins; bin++) said[bin] = Math.exp(-((clipped - midpoint(bin)) ** 2) / (2 * variance));
    }
    // A signal that contradicts all before it leaves nothing: it counts alone then.
    if (!bayes(weights, said)) weigh(signal, true);
  }

  function believe(r: number, generated: number, remaining: number, spread: number): void {
    const { beliefs, requests } = forecast;
    beliefs.length[r] = Math.max(1, Math.min(generated + Math.max(0, remaining), requests.declared[r]));
    beliefs.lengthSpread[r] = spread;
  }

  return {
    name: 'trail',
    information: 'predicted',
    ...(guessCost + lookCost > 0 && { cost: { arrive: guessCost, token: lookCost / every } }),
    reset(given) {
      forecast = given;
      draw = luck(given.seed, 'predictors/trail');
      looks = given.column(Int32Array);
      columns = smoothing === 'bayes' ? Array.from({ length: bins }, () => given.column(Float64Array)) : [];
    },
    arrive(r) {
      believe(r, 0, Math.max(1, forecast.truth.outputTokens(r) + noise(r, 0, promptMae)), SIGMA_PER_MAE * promptMae);
    },
    progress(r) {
      const generated = forecast.requests.generated[r];
      const due = generated === 0 ? 0 : 1 + Math.floor(generated / every);
      if (looks[r] === due) return;
      const length = forecast.truth.outputTokens(r);
      for (let bin = 0; bin < columns.length; bin++) weights[bin] = columns[bin][r];
      for (; looks[r] < due; looks[r]++) {
        const at = looks[r] * every;
        const signal = length - at + noise(r, 1 + looks[r], mae);
        if (smoothing === 'none') {
          believe(r, at, signal, sigma);
          continue;
        }
        weigh(signal, looks[r] === 0);
        const remaining = weights.reduce((sum, weight, bin) => sum + weight * midpoint(bin), 0);
        const squares = weights.reduce((sum, weight, bin) => sum + weight * (midpoint(bin) - remaining) ** 2, 0);
        believe(r, at, remaining, Math.sqrt(squares + (width * width) / 12));
      }
      for (let bin = 0; bin < columns.length; bin++) columns[bin][r] = weights[bin];
    },
  };
};
