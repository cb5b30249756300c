/** Clients drawn from the published statistics. */
import { quantileTable } from '../../distributions.js';
import { luck, type Seed } from '../../random.js';
import { type Gaps, gammaGaps, weibullGaps } from '../arrivals/gaps.js';
import { type LengthSampler, wholeTokens } from '../lengths/sampler.js';
import { marginalQuantile } from '../lengths/statistics.js';
import { clientShares, numbered, type ServegenStatistics } from './statistics.js';

export interface Client {
  /** Share of the rate of all clients. */
  readonly share: number;
  readonly family: 'Gamma' | 'Weibull';
  /** Coefficient of variation of its gaps. */
  readonly cv: number;
  readonly gaps: Gaps;
  readonly lengths: LengthSampler;
}

/** A part of 0 … 1. */
interface Stretch {
  readonly from: number;
  readonly width: number;
}

/**
 * A client takes this share of its lengths from its own stretch of the ranks of all lengths, the others from all of them.
 * In the data the client explains .35 … .78 of the variance of these ranks; .8 explains .38 … .63.
 */
const OWN_SHARE = 0.8;

/**
 * The `count` largest clients, scaled to shares that sum to 1. What a client is like is found by laying all clients, in a random
 * order, along 0 … 1, each as wide as its share: the middle of its stretch is the quantile of its cv (and, in another order,
 * says which family of gaps it has), a third and a fourth order give it its own stretches of prompt and output lengths. So the clients
 * differ, and all requests together have the published distributions in every population.
 */
export function drawPopulation(statistics: ServegenStatistics, count: number, seed: Seed): Client[] {
  const largest = clientShares(statistics).slice(0, count);
  const sum = largest.reduce((total, share) => total + share, 0);
  const shares = largest.map((share) => share / sum);
  const lay = (what: string): Stretch[] => layOut(shares, luck(seed, `clients' ${what}`));
  const [cvs, families, prompts, outputs] = ['cv', 'family', 'prompts', 'outputs'].map(lay);
  const cvTable = numbered(statistics.window_cv_rate_weighted);
  const cvAt = quantileTable(
    cvTable.map(([probability]) => probability),
    cvTable.map(([, cv]) => cv),
  );
  const promptAt = marginalQuantile(statistics.lengths.input_tokens);
  const outputAt = marginalQuantile(statistics.lengths.output_tokens);
  return shares.map((share, k) => {
    const cv = cvAt(middle(cvs[k]));
    const family = middle(families[k]) < statistics.rate_share_by_renewal_family.Weibull ? 'Weibull' : 'Gamma';
    return {
      share,
      family,
      cv,
      gaps: family === 'Weibull' ? weibullGaps(cv) : gammaGaps(cv),
      lengths: (_cell, u, v) => ({
        prompt: wholeTokens(promptAt(rank(prompts[k], u))),
        output: wholeTokens(outputAt(rank(outputs[k], v))),
      }),
    };
  });
}

const middle = ({ from, width }: Stretch): number => from + width / 2;

/** From the client's own stretch, or from anywhere. */
const rank = ({ from, width }: Stretch, u: number): number =>
  u < OWN_SHARE ? from + (u / OWN_SHARE) * width : (u - OWN_SHARE) / (1 - OWN_SHARE);

/** Stretches as wide as the shares, side by side in a random order. */
function layOut(shares: readonly number[], uniform: (key: number, position: number) => number): Stretch[] {
  const order = shares.map((_, k) => k).sort((a, b) => uniform(a, 0) - uniform(b, 0));
  const stretches = new Array<Stretch>(shares.length);
  let from = 0;
  for (const k of order) {
    stretches[k] = { from, width: shares[k] };
    from += shares[k];
  }
  return stretches;
}
