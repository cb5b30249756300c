/** A distribution over bins of remaining length, kept up to date while a request decodes (TRAIL, arXiv 2410.01035). */

/**
 * prior = posterior · T^tokens: each token moves the rest one bin down with chance `moves` = 1/bin width; the lowest bin keeps
 * what it has. In place.
 */
export function countDown(weights: Float64Array, moves: number, tokens: number): void {
  const bins = weights.length;
  for (let token = 0; token < tokens; token++) {
    for (let bin = 0; bin < bins; bin++) {
      const above = bin < bins - 1 ? weights[bin + 1] * moves : 0;
      weights[bin] = (bin === 0 ? weights[0] : weights[bin] * (1 - moves)) + above;
    }
  }
}

/** posterior ∝ prior ⊙ likelihood, in place. False if nothing is left of it. */
export function bayes(weights: Float64Array, likelihood: Float64Array): boolean {
  let sum = 0;
  for (let bin = 0; bin < weights.length; bin++) {
    weights[bin] *= likelihood[bin];
    sum += weights[bin];
  }
  if (!(sum > 0)) return false;
  for (let bin = 0; bin < weights.length; bin++) weights[bin] /= sum;
  return true;
}
