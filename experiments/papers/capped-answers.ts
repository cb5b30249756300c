/** Requests as small models that predict lengths were measured on: chat questions whose answers end before 512 tokens. */

import type { ArrivalProcess } from '../../env/workloads/arrivals.js';
import { derived } from '../../env/workloads/derived.js';
import { constantLength, independentLengths, lognormalLength, quantileLength } from '../../env/workloads/lengths.js';
import { undeclared } from '../../env/workloads/max-tokens.js';
import { recipeSource } from '../../env/workloads/recipe.js';
import type { Source } from '../../env/workloads/workload.js';

/** Answers of LMSYS-Chat-1M by Vicuna-13B below 512 tokens (SSJF's file): mean 177, p50 140, p90 397 tokens; SCV .68. */
function cappedAnswers() {
  const { published_classifier: published } = derived<{
    published_classifier: { noise_channel: { true_length_edges: readonly number[] } };
  }>('output-length-structure');
  const tokens = published.noise_channel.true_length_edges; // quantiles at 0, .05 … 1
  return quantileLength({ probabilities: tokens.map((_, k) => k / (tokens.length - 1)), tokens });
}

/** Their mean in tokens. */
export const meanAnswer = (): number => cappedAnswers().mean;

/** @param prompt tokens of every prompt; 'short': lognormal with mean 60, as instructions are */
export function cappedSource(requests: number, arrivals: ArrivalProcess, prompt: number | 'short'): Source {
  const prompts = prompt === 'short' ? lognormalLength({ mean: 60, cv: 1 }) : constantLength(prompt);
  return recipeSource({
    name: 'answers below 512 tokens',
    requests,
    arrivals,
    classes: [{ share: 1, lengths: independentLengths(prompts, cappedAnswers()), maxTokens: undeclared }],
    longestPrompt: 512,
  });
}
