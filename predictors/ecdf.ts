/**
 * The lengths that were seen, and nothing about the request: the honest control of every refinement while decoding.
 *
 * The survival curve of the finished requests (Kaplan and Meier 1958: an answer that was cut at max_tokens was at least so long)
 * over bins of lengths, 8 an octave, together with a log-normal prior that counts for `weight` requests. Believed of a request
 * that has generated g tokens is what the curve says of those longer than g, cut at what it declares:
 *
 *     length = E[min(L, declared) | L > g]        spread and quantiles likewise
 *
 * With `refresh: 'hazard'` it looks again every `every` tokens, so that a belief is never below what has been generated; with
 * 'none' it stays as it was made at arrival. State: counts and the curve in cells, so that it forks.
 */
import { normalCdf } from '../env/distributions.js';
import type { Forecast, Predictor } from '../env/serving/beliefs.js';
import { looksEvery } from './refine/looks.js';

export interface EcdfOptions {
  /** Median of the prior, tokens ≥ 1 [200]. */
  readonly prior?: number;
  /** Finished requests that the prior counts for, > 0 [2]. */
  readonly weight?: number;
  /** ['hazard'] */
  readonly refresh?: 'hazard' | 'none';
  /** Tokens between two looks, ≥ 1 [8]. */
  readonly every?: number;
}

const LEVELS = [0.5, 0.9] as const;
/** Standard deviation of the prior's log length. */
const PRIOR_SIGMA = 1;
const BINS_AN_OCTAVE = 8;
const LONGEST = 2 ** 20;

/** Bin k holds whole lengths from edge k up to and without edge k + 1. */
const EDGES: readonly number[] = (() => {
  const edges = [1];
  for (let at = 1; at < LONGEST; edges.push(at)) at = Math.max(at + 1, Math.round(at * 2 ** (1 / BINS_AN_OCTAVE)));
  return edges;
})();
const BINS = EDGES.length - 1;

export const ecdf = ({ prior = 200, weight = 2, refresh = 'hazard', every = 8 }: EcdfOptions = {}): Predictor => {
  const expected = priorOf(prior, weight);
  let forecast: Forecast;
  let finished: Float64Array; // by bin
  let cut: Float64Array;
  let curve: Float64Array; // share of requests that reach an edge
  const looks = looksEvery(every, believe);

  /** The product-limit curve of what was seen and the prior. */
  function draw(): void {
    let atRisk = 0;
    for (let bin = 0; bin < BINS; bin++) atRisk += expected[bin] + finished[bin] + cut[bin];
    curve[0] = 1;
    for (let bin = 0; bin < BINS; bin++) {
      const ends = expected[bin] + finished[bin];
      curve[bin + 1] = atRisk > 0 ? curve[bin] * Math.max(0, 1 - ends / atRisk) : 0;
      atRisk -= ends + cut[bin];
    }
  }

  function believe(r: number, generated: number): void {
    const { beliefs, requests } = forecast;
    const most = requests.declared[r];
    const least = Math.min(most, generated + 1);
    let mean = 0;
    let squares = 0;
    let sum = 0;
    const first = binOf(least);
    const reached = curve[first] - share(first, least) * (curve[first] - curve[first + 1]);
    if (reached <= 0 || least >= most) {
      writeAll(r, least, 0);
      return;
    }
    for (let bin = first; bin < BINS && EDGES[bin] < most; bin++) {
      const from = Math.max(least, EDGES[bin]);
      const to = Math.min(most, EDGES[bin + 1]);
      const mass = ((curve[bin] - curve[bin + 1]) * (to - from)) / (EDGES[bin + 1] - EDGES[bin]);
      const middle = (from + to - 1) / 2;
      sum += mass;
      mean += mass * middle;
      squares += mass * middle * middle;
    }
    const beyond = Math.max(0, reached - sum); // these end at what they declare
    mean = (mean + beyond * most) / reached;
    squares = (squares + beyond * most * most) / reached;
    beliefs.length[r] = Math.min(most, Math.max(least, mean));
    beliefs.lengthSpread[r] = Math.sqrt(Math.max(0, squares - mean * mean));
    for (let k = 0; k < LEVELS.length; k++) {
      beliefs.quantiles[k][r] = Math.min(most, Math.max(least, lengthAt(first, (1 - LEVELS[k]) * reached)));
    }
  }

  function writeAll(r: number, length: number, spread: number): void {
    const { beliefs } = forecast;
    beliefs.length[r] = length;
    beliefs.lengthSpread[r] = spread;
    for (const quantile of beliefs.quantiles) quantile[r] = length;
  }

  /** The length that the share `reaching` of all requests has. */
  function lengthAt(first: number, reaching: number): number {
    let bin = first;
    while (bin < BINS - 1 && curve[bin + 1] > reaching) bin++;
    const mass = curve[bin] - curve[bin + 1];
    const part = mass > 0 ? Math.min(1, Math.max(0, (curve[bin] - reaching) / mass)) : 0;
    return EDGES[bin] + part * (EDGES[bin + 1] - EDGES[bin]);
  }

  return {
    name: 'ecdf',
    information: 'predicted',
    levels: LEVELS,
    reset(given) {
      forecast = given;
      finished = given.cells(Float64Array, BINS);
      cut = given.cells(Float64Array, BINS);
      curve = given.cells(Float64Array, BINS + 1);
      looks.reset(given);
      draw();
    },
    arrive: (r) => believe(r, 0),
    ...(refresh === 'hazard' && { progress: looks.progress }),
    observe(r) {
      const { generated, declared } = forecast.requests;
      (generated[r] >= declared[r] ? cut : finished)[binOf(generated[r])]++;
      draw();
    },
  };
};

/** Share of a bin's lengths below `length`. */
const share = (bin: number, length: number): number => (length - EDGES[bin]) / (EDGES[bin + 1] - EDGES[bin]);

function binOf(length: number): number {
  let low = 0;
  let high = BINS;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (EDGES[middle] <= length) low = middle;
    else high = middle;
  }
  return low;
}

/** A log-normal over the bins, `weight` in all. */
function priorOf(median: number, weight: number): Float64Array {
  const below = (length: number): number => normalCdf((Math.log(length) - Math.log(median)) / PRIOR_SIGMA);
  const mass = Float64Array.from(
    { length: BINS },
    (_, bin) => below(EDGES[bin + 1]) - (bin === 0 ? 0 : below(EDGES[bin])),
  );
  mass[BINS - 1] += 1 - below(EDGES[BINS]);
  return mass.map((share) => weight * share);
}
