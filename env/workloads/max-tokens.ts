/**
 * Habits of declaring max_tokens. A habit sees what its client knows before the answer exists: the prompt, the tenant and a
 * draw of its own. It never sees the true length, so the declared one cannot leak it.
 */
import { normal } from '../distributions.js';
import { UNDECLARED } from './workload.js';

/** What a client knows when it declares. */
export interface Asked {
  readonly promptTokens: number;
  readonly tenant: number;
  /** Uniforms in [0, 1) that belong to the request. */
  readonly u: number;
  readonly v: number;
}

/** max_tokens of a request, a whole number ≥ 1. */
export type MaxTokensHabit = (asked: Asked) => number;

/** Nothing is declared: the model length decides. */
export const undeclared: MaxTokensHabit = () => UNDECLARED;

/** One of a few round numbers, equally often; one number is a default that everybody leaves as it is. */
export function oneOf(choices: readonly number[]): MaxTokensHabit {
  expectChoices(choices);
  return ({ u }) => choices[Math.floor(u * choices.length)];
}

/** Each tenant has one number for all its requests: its own, or that of tenant 0 … again when there are more tenants than numbers. */
export function tenantsOwn(choices: readonly number[]): MaxTokensHabit {
  expectChoices(choices);
  return ({ tenant }) => choices[tenant % choices.length];
}

export interface PromptGuess {
  /** Median of max_tokens ÷ prompt tokens; generous is above 1. [4] */
  readonly factor?: number;
  /** Spread between requests: standard deviation of the logarithm. [0.5] */
  readonly sigma?: number;
  /** Smallest and largest guess; guesses are rounded up to whole multiples of the smallest. [256 and 4096] */
  readonly least?: number;
  readonly most?: number;
}

/** A generous multiple of what the prompt suggests: long questions are given room for long answers, right or wrong. */
export function guessFromPrompt({
  factor = 4,
  sigma = 0.5,
  least = 256,
  most = 4096,
}: PromptGuess = {}): MaxTokensHabit {
  const positive = { factor, least, most };
  for (const [name, value] of Object.entries(positive)) {
    if (!(value > 0 && value < Infinity))
      throw new RangeError(`max_tokens: ${name} is ${value}, expected a number > 0`);
  }
  expectChoices([least, most]);
  if (!(sigma >= 0)) throw new RangeError(`max_tokens: sigma is ${sigma}, expected a number ≥ 0`);
  return ({ promptTokens, u, v }) => {
    const guess = promptTokens * factor * Math.exp(sigma * normal(u, v));
    return Math.min(most, Math.ceil(guess / least) * least);
  };
}

function expectChoices(choices: readonly number[]): void {
  if (choices.length > 0 && choices.every((n) => Number.isInteger(n) && n >= 1 && n <= UNDECLARED)) return;
  throw new RangeError(`max_tokens: ${JSON.stringify(choices)}, expected whole numbers ≥ 1`);
}
