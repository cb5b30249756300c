/**
 * CacheOPT: reserve what a request is predicted to need, padded by how sure one must be, and choose victims with slack
 * (Shen, Sen and Tanaka 2025, arXiv 2503.13773).
 *
 *     confidence = alpha/(1 + beta·λ)                         λ requests/s arriving: the more, the less padding
 *     reserve    = prompt + L + range·√(−ln(1 − confidence)/2)       Hoeffding

 *     headroom   = one block more for each running request that outgrows its reserve within `ahead` iterations
 *     keep       : loses its blocks first who has the loosest class, then the longest rest, then the fewest blocks
 *
 * In order of arrival. `range` is the residual range of the predictor, here a multiple of the believed spread: with the
 * whole range of lengths the padding is useless. With `padding: 'believed'` the reserve is the highest quantile that the
 * predictor offers instead, e.g. that of `bounded`, which keeps the promise whatever the predictor is like. Its other parts are engine rules: lending of blocks set aside (`lends`),
 * a common reserve (`watermarkBlocks`: 64 tokens there), swap or recompute by cost (`onEviction: cheaper`).
 *
 * State kept: the arrival rate, a mean over the last 100 arrivals or so. Information: believed length and its spread,
 * classes. Only the abstract is the authors': formulas and defaults follow a third party's reading of it. Ours: range, the
 * window of the rate, and padding always upwards (the direction of the error is not predicted).
 */
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';

export interface CacheoptOptions {
  /** Confidence at rate 0, below 1 [.95]. */
  readonly alpha?: number;
  /** Seconds: how fast it falls with the rate [.001]. */
  readonly beta?: number;
  /** Residual range of lengths, in standard deviations of the belief [2]. */
  readonly range?: number;
  /** What pads the reserve; without quantiles it is Hoeffding's ['hoeffding']. */
  readonly padding?: 'hoeffding' | 'believed';
  /** Iterations before a reserve is used up in which room is kept for what comes after it [2]. */
  readonly ahead?: number;
}

/** Weight of the past when a gap between arrivals is counted. */
const MEMORY = 0.99;
/** Rests and blocks below these do not reach the next more important part of `keep`. */
const RESTS = 2 ** 24;
const BLOCKS = 2 ** 20;

export const cacheopt = (options: CacheoptOptions = {}): Scheduler => {
  let plan: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'cacheopt',
    reset(episode) {
      plan = start(episode, options);
    },
    decide(view, out) {
      plan(view, out);
    },
  };
};

function start(episode: Episode, options: CacheoptOptions) {
  const { alpha = 0.95, beta = 0.001, range = 2, padding = 'hoeffding', ahead = 2 } = options;
  const offered = episode.levels.length;
  const { requests, beliefs } = episode;
  const { promptTokens, generated, blocks, arrival, slo } = requests;
  const met = episode.column(Uint8Array);
  const believed = episode.column(Float64Array); // length that its reserve stands for
  const outgrows = episode.column(Float64Array); // output tokens that its reserve holds
  const [last, gap, count] = [0, 1, 2];
  const arrivals = episode.cells(Float64Array, 3);

  function noteArrival(r: RequestId): void {
    const weight = Math.max(1 - MEMORY, 1 / Math.max(1, arrivals[count]));
    if (arrivals[count] > 0) arrivals[gap] += weight * (arrival[r] - arrivals[last] - arrivals[gap]);
    arrivals[last] = arrival[r];
    arrivals[count]++;
  }

  /** Padding in units of the range. */
  function deviation(): number {
    const perSecond = arrivals[gap] > 0 ? 1e6 / arrivals[gap] : 0;
    return Math.sqrt(-Math.log(1 - alpha / (1 + beta * perSecond)) / 2);
  }

  function keepOf(r: RequestId): number {
    const rest = Math.min(RESTS - 1, Math.max(0, Math.round(beliefs.length[r] - generated[r])));
    return Math.min(BLOCKS - 1, blocks[r]) - (slo[r] * RESTS + rest) * BLOCKS;
  }

  /** Output tokens to set aside for r. */
  function boundOf(r: RequestId): number {
    if (padding === 'believed' && offered > 0) return beliefs.quantiles[offered - 1][r];
    return believed[r] + range * beliefs.lengthSpread[r] * deviation();
  }

  return ({ changed, running }: ReplicaView, out: BatchDecision): void => {
    for (let k = 0; k < changed.n; k++) {
      const r = changed.ids[k];
      if (met[r] === 0) noteArrival(r);
      met[r] = 1;
      out.keep[r] = keepOf(r);
      // Set aside at admission: who comes back claims what it did then.
      if (generated[r] > 0 || beliefs.length[r] === believed[r]) continue;
      believed[r] = beliefs.length[r];
      outgrows[r] = Math.max(1, boundOf(r));
      out.reserve[r] = Math.ceil(promptTokens[r] + outgrows[r]);
      out.touch(r);
    }
    for (let k = 0; k < running.n; k++) {
      const r = running.ids[k];
      if (generated[r] + ahead >= outgrows[r]) out.headroom++;
    }
  };
}
