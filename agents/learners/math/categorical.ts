/**
 * Categorical distribution over the legal ones of n choices, by logits z:
 *
 *     log p_j = z_j − log Σ_legal e^z,   ∂log p_a/∂z_j = [j = a] − p_j,   ∂H/∂z_j = −p_j (log p_j + H)
 *
 * A row is n numbers from `at` on, in every array at the same place; an illegal choice has log p = −∞, p = 0 and no gradient.
 * Masks hold 1 for legal; null: all are.
 */
import type { Reals } from './reals.js';

/**
 * Writes the log-probabilities of a row.
 * @throws Error if nothing is legal, or a legal logit is NaN
 */
export function logSoftmax(logits: Reals, mask: Uint8Array | null, at: number, n: number, out: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  let legal = 0;
  for (let j = at; j < at + n; j++) {
    if (mask !== null && mask[j] === 0) continue;
    legal++;
    if (!(logits[j] <= most)) most = logits[j];
  }
  if (legal === 0) throw new Error(`none of ${n} actions is legal: expected at least one 1 in the mask`);
  let sum = 0;
  for (let j = at; j < at + n; j++) if (mask === null || mask[j] !== 0) sum += Math.exp(logits[j] - most);
  const whole = most + Math.log(sum);
  if (Number.isNaN(whole)) throw new Error(`logits of ${n} actions have the log-sum NaN: training diverged`);
  for (let j = at; j < at + n; j++)
    out[j] = mask === null || mask[j] !== 0 ? logits[j] - whole : Number.NEGATIVE_INFINITY;
}

/** Writes the probabilities p of a row of log-probabilities to `shares`: exponentials are most of the work, and are asked for again and again. */
export function sharesOf(logProbs: Float64Array, at: number, n: number, shares: Float64Array): void {
  for (let j = at; j < at + n; j++) shares[j] = logProbs[j] > Number.NEGATIVE_INFINITY ? Math.exp(logProbs[j]) : 0;
}

/** −Σ p log p of a row. */
export function categoricalEntropy(logProbs: Float64Array, shares: Float64Array, at: number, n: number): number {
  let sum = 0;
  for (let j = at; j < at + n; j++) if (shares[j] > 0) sum -= shares[j] * logProbs[j];
  return sum;
}

/** The choice that a uniform draw u in [0, 1) falls on. */
export function categoricalDraw(shares: Float64Array, at: number, n: number, u: number): number {
  let left = u;
  let last = 0;
  for (let j = 0; j < n; j++) {
    if (shares[at + j] === 0) continue;
    last = j;
    left -= shares[at + j];
    if (left < 0) return j;
  }
  return last;
}

/** The likeliest choice, the first of equals. */
export function categoricalMode(logProbs: Float64Array, at: number, n: number): number {
  let best = 0;
  for (let j = 1; j < n; j++) if (logProbs[at + j] > logProbs[at + best]) best = j;
  return best;
}

/** Adds `byLogProb`·∂log p_action/∂z + `byEntropy`·∂H/∂z to a row of gradients. */
export function addCategoricalGradient(
  logProbs: Float64Array,
  shares: Float64Array,
  at: number,
  n: number,
  { action, byLogProb, byEntropy }: { action: number; byLogProb: number; byEntropy: number },
  into: Reals,
): void {
  const entropy = byEntropy === 0 ? 0 : categoricalEntropy(logProbs, shares, at, n);
  for (let j = at; j < at + n; j++)
    if (shares[j] > 0) into[j] -= shares[j] * (byLogProb + byEntropy * (logProbs[j] + entropy));
  into[at + action] += byLogProb;
}

/** KL(p ‖ q) of two rows of log-probabilities; infinite where q forbids what p does. */
export function categoricalKl(p: Float64Array, q: Float64Array, at: number, n: number): number {
  let sum = 0;
  for (let j = at; j < at + n; j++) if (p[j] > Number.NEGATIVE_INFINITY) sum += Math.exp(p[j]) * (p[j] - q[j]);
  return sum;
}
