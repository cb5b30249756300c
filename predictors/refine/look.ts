/**
 * The classifier of a look at a request under way: signal of what remains → distribution over bins of remaining length.
 *
 *     p(bin | x) = softmax(slope·x + bias)        x = signal/bin width, clipped to the bins
 *
 * It stands for the network on a hidden layer of TRAIL, whose signal is simulated: remaining + Gaussian noise of a stated mean
 * absolute error. Trained on such signals of remainders that are spread evenly over the bins, so that it says nothing of how long
 * answers usually are: that is the smoothing's part. Training is gradient descent on the mean log loss over a fixed grid of
 * remainders × noise quantiles: no draws, so the same numbers on every machine. Those for the published errors ship as
 * `models/look.json`.
 */
import { normalQuantile } from '../../env/distributions.js';
import { packageFile, readData } from '../../env/files.js';

export interface LookOptions {
  /** Mean absolute error of the signal, tokens ≥ 0. */
  readonly mae: number;
  readonly bins: number;
  /** Remaining length that the bins hold, tokens. */
  readonly longest: number;
}

/** By bin. */
export interface Look extends LookOptions {
  readonly slope: readonly number[];
  readonly bias: readonly number[];
}

/** σ of a Gaussian over its mean absolute value. */
const SIGMA_PER_MAE = Math.sqrt(Math.PI / 2);
const REMAINDERS_A_BIN = 8;
const NOISES = 17;
const STEPS = 400;
const RATE = 0.05;

/** Writes the distribution over bins that a signal (tokens) stands for. */
export function readLook({ slope, bias, bins, longest }: Look, signal: number, out: Float64Array): void {
  const x = (clipped(signal, longest, bins) * bins) / longest;
  let top = -Infinity;
  for (let bin = 0; bin < bins; bin++) {
    out[bin] = slope[bin] * x + bias[bin];
    top = Math.max(top, out[bin]);
  }
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) {
    out[bin] = Math.exp(out[bin] - top);
    sum += out[bin];
  }
  for (let bin = 0; bin < bins; bin++) out[bin] /= sum;
}

const clipped = (signal: number, longest: number, bins: number): number => {
  const half = longest / bins / 2;
  return Math.min(longest - half, Math.max(half, signal));
};

/** Trains a classifier. Numbers are rounded to six decimals, so that file and memory agree. */
export function trainLook({ mae, bins, longest }: LookOptions): Look {
  const width = longest / bins;
  const sigma = SIGMA_PER_MAE * mae;
  const xs: number[] = [];
  const truth: number[] = [];
  for (let k = 0; k < bins * REMAINDERS_A_BIN; k++) {
    const remaining = ((k + 0.5) * width) / REMAINDERS_A_BIN;
    for (let n = 0; n < NOISES; n++) {
      const signal = remaining + sigma * normalQuantile((n + 0.5) / NOISES);
      xs.push(clipped(signal, longest, bins) / width);
      truth.push(Math.floor(k / REMAINDERS_A_BIN));
    }
  }
  // Begins at a Gaussian around each bin's middle, of the variance that noise and width give.
  const variance = (sigma / width) ** 2 + 1 / 12;
  const parameters = Float64Array.from({ length: 2 * bins }, (_, k) => {
    const middle = (k % bins) + 0.5;
    return k < bins ? middle / variance : (-middle * middle) / (2 * variance);
  });
  descend(parameters, xs, truth, bins);
  const rounded = (values: Float64Array): number[] => Array.from(values, (v) => Math.round(v * 1e6) / 1e6);
  return { mae, bins, longest, slope: rounded(parameters.subarray(0, bins)), bias: rounded(parameters.subarray(bins)) };
}

/** Adam (Kingma and Ba 2015) on the mean log loss, all examples at once. */
function descend(parameters: Float64Array, xs: readonly number[], truth: readonly number[], bins: number): void {
  const count = parameters.length;
  const gradient = new Float64Array(count);
  const first = new Float64Array(count);
  const second = new Float64Array(count);
  const p = new Float64Array(bins);
  for (let step = 1; step <= STEPS; step++) {
    gradient.fill(0);
    for (let k = 0; k < xs.length; k++) {
      let top = -Infinity;
      for (let bin = 0; bin < bins; bin++) {
        p[bin] = parameters[bin] * xs[k] + parameters[bins + bin];
        if (p[bin] > top) top = p[bin];
      }
      let sum = 0;
      for (let bin = 0; bin < bins; bin++) sum += p[bin] = Math.exp(p[bin] - top);
      for (let bin = 0; bin < bins; bin++) {
        const error = p[bin] / sum - (truth[k] === bin ? 1 : 0);
        gradient[bin] += (error * xs[k]) / xs.length;
        gradient[bins + bin] += error / xs.length;
      }
    }
    for (let i = 0; i < count; i++) {
      first[i] = 0.9 * first[i] + 0.1 * gradient[i];
      second[i] = 0.999 * second[i] + 0.001 * gradient[i] ** 2;
      const mean = first[i] / (1 - 0.9 ** step);
      parameters[i] -= (RATE * mean) / (Math.sqrt(second[i] / (1 - 0.999 ** step)) + 1e-8);
    }
  }
}

const trained = new Map<string, Look>();
const nameOf = ({ mae, bins, longest }: LookOptions): string => `${mae}/${bins}/${longest}`;

/** The classifier for signals of this error: the one that ships, else one trained now, once. */
export function lookFor(options: LookOptions): Look {
  if (trained.size === 0) {
    for (const look of (readData(packageFile('predictors/models/look.json')) as { looks: Look[] }).looks)
      trained.set(nameOf(look), look);
  }
  const name = nameOf(options);
  const look = trained.get(name) ?? trainLook(options);
  trained.set(name, look);
  return look;
}
