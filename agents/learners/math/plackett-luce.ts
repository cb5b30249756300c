/**
 * Plackett–Luce distribution over rankings by scores s (Plackett 1975): the first is drawn by softmax, the next by softmax
 * of those that are left.
 *
 *     log P(order) = Σ_i ( s_order(i) − log Σ_{j left at i} e^s_j )
 *
 * `order` may be the top of a ranking only. Gumbel noise added to scores and sorted draws a ranking (Yellott 1977).
 */
import type { Reals } from './reals.js';

/** Marks of who has been ranked, of the call at hand. */
let ranked = new Uint8Array(0);

const startRanking = (n: number): void => {
  if (ranked.length < n) ranked = new Uint8Array(2 * n);
  ranked.fill(0, 0, n);
};

/** log Σ e^s over those that are left. */
function logSumOfLeft(scores: Reals): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < scores.length; j++) if (ranked[j] === 0 && scores[j] > most) most = scores[j];
  let sum = 0;
  for (let j = 0; j < scores.length; j++) if (ranked[j] === 0) sum += Math.exp(scores[j] - most);
  return most + Math.log(sum);
}

export function rankingLogProb(scores: Reals, order: ArrayLike<number>): number {
  startRanking(scores.length);
  let sum = 0;
  for (let i = 0; i < order.length; i++) {
    sum += scores[order[i]] - logSumOfLeft(scores);
    ranked[order[i]] = 1;
  }
  return sum;
}

/** Adds `scale`·∂log P(order)/∂s to `into`. */
export function addRankingGradient(scores: Reals, order: ArrayLike<number>, scale: number, into: Reals): void {
  startRanking(scores.length);
  for (let i = 0; i < order.length; i++) {
    const whole = logSumOfLeft(scores);
    for (let j = 0; j < scores.length; j++) if (ranked[j] === 0) into[j] -= scale * Math.exp(scores[j] - whole);
    into[order[i]] += scale;
    ranked[order[i]] = 1;
  }
}
