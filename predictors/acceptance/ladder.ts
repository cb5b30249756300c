/**
 * A population's acceptance by output position and draft depth, and one request's level on it.
 *
 * The draft at depth m = 1, 2, … is accepted, given those before it, with probability logistic(β[position][m] + level). So
 * γ drafts yield E(γ) = Σ_m Π_{j ≤ m} logistic(β_j + level) in the mean, at any γ: that is how what was seen at one draft length
 * speaks of another. Level 0 is the population curve; A drifts upwards along it (SpecDecode-Bench, arXiv 2601.11580).
 */
import type { Proposing } from '../../env/workloads/acceptance/replayed.js';
import { type RecordedRequest, replay } from './recorded.js';

/** By bin of output positions, from `from[bin]` on. Plain data. */
export interface Ladder {
  /** Ascending from 0. */
  readonly from: readonly number[];
  /** [bins × depths]: β; deeper drafts have the last depth's. */
  readonly logits: readonly (readonly number[])[];
}

/** Of the drafts that one verification accepts. */
export interface Moments {
  mean: number;
  variance: number;
  /** How the mean grows with the level. */
  slope: number;
}

const BINS: readonly number[] = [0, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048];
/** Depths that are told apart. */
const DEPTHS = 8;
/** Counts that the mean of a depth over all positions adds to a bin. */
const PRIOR = 2;

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));

function binAt(ladder: Ladder, position: number): number {
  let bin = ladder.from.length - 1;
  while (bin > 0 && ladder.from[bin] > position) bin--;
  return bin;
}

/** Writes the moments of what a verification of `drafts` drafts accepts at an output position. */
export function momentsAt(ladder: Ladder, position: number, level: number, drafts: number, out: Moments): void {
  const logits = ladder.logits[binAt(ladder, position)];
  let reach = 1;
  let refused = 0;
  let mean = 0;
  let second = 0;
  let slope = 0;
  for (let m = 1; m <= drafts; m++) {
    const accepted = logistic(logits[Math.min(m, logits.length) - 1] + level);
    reach *= accepted;
    refused += 1 - accepted;
    mean += reach;
    second += (2 * m - 1) * reach;
    slope += reach * refused;
  }
  out.mean = mean;
  out.variance = second - mean * mean;
  out.slope = slope;
}

function yieldOf(logits: readonly number[], level: number, drafts: number): number {
  let reach = 1;
  let sum = 0;
  for (let m = 1; m <= drafts; m++) {
    reach *= logistic(logits[Math.min(m, logits.length) - 1] + level);
    sum += reach;
  }
  return sum;
}

/** Verifications of `drafts` drafts that lead from one output position to another: Σ tokens/(1 + E). */
export function stepsAhead(ladder: Ladder, from: number, to: number, level: number, drafts: number): number {
  let steps = 0;
  let at = from;
  for (let bin = binAt(ladder, from); at < to; bin++) {
    const end = bin + 1 < ladder.from.length ? Math.min(to, ladder.from[bin + 1]) : to;
    steps += (end - at) / (1 + yieldOf(ladder.logits[bin], level, drafts));
    at = end;
  }
  return steps;
}

/**
 * The ladder of recorded requests: of the drafts at each depth and position that are verified in a replay, the share that is accepted,
 * made to rise with the position (isotonic regression) and drawn a little to the mean of its depth.
 * @param drafts γ of the replays, which count alike
 */
export function fitLadder(
  requests: readonly RecordedRequest[],
  drafts: readonly number[],
  proposing: Proposing = 'always',
): Ladder {
  const depths = Math.min(DEPTHS, Math.max(...drafts));
  const empty = (): Float64Array[] => Array.from({ length: depths }, () => new Float64Array(BINS.length));
  const tried = empty();
  const taken = empty();
  for (const request of requests) {
    for (const gamma of drafts) {
      replay(request, gamma, proposing, (position, proposed, accepted) => {
        let bin = BINS.length - 1;
        while (BINS[bin] > position) bin--;
        for (let m = 1; m <= Math.min(accepted + 1, proposed); m++) {
          const depth = Math.min(m, depths) - 1;
          tried[depth][bin]++;
          if (m <= accepted) taken[depth][bin]++;
        }
      });
    }
  }
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const byDepth = tried.map((counts, depth) => {
    const overall = (sum(taken[depth]) + 1) / (sum(counts) + 2);
    const weight = counts.map((count) => count + PRIOR);
    return rising(
      weight.map((count, bin) => (taken[depth][bin] + PRIOR * overall) / count),
      weight,
    );
  });
  return { from: BINS, logits: BINS.map((_, bin) => byDepth.map((shares) => logit(shares[bin]))) };
}

/** The rising sequence nearest to `values` in weighted squares: pool adjacent violators (Ayer et al. 1955). */
function rising(values: Float64Array, weight: Float64Array): number[] {
  const pools: { mean: number; weight: number; length: number }[] = [];
  values.forEach((value, k) => {
    let last = { mean: value, weight: weight[k], length: 1 };
    for (let before = pools.at(-1); before && before.mean >= last.mean; before = pools.at(-1)) {
      pools.pop();
      const both = before.weight + last.weight;
      const mean = (before.mean * before.weight + last.mean * last.weight) / both;
      last = { mean, weight: both, length: before.length + last.length };
    }
    pools.push(last);
  });
  return pools.flatMap(({ mean, length }) => new Array<number>(length).fill(mean));
}
