/**
 * How sure to be when it is busy: less padding the more requests arrive (CacheOPT, arXiv 2503.13773, as told by others).
 *
 *     confidence(λ) = α/(1 + β·λ)        λ in requests a second; α .95, β .001
 */
export const confidenceAt = (rate: number, alpha = 0.95, beta = 0.001): number =>
  alpha / (1 + beta * Math.max(0, rate));
