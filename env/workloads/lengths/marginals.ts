/** Distributions of one length, and how two of them make the lengths of requests. */
import { normalQuantile, quantileTable } from '../../distributions.js';
import { type LengthSampler, wholeTokens } from './sampler.js';

/** A distribution of tokens, before they are rounded to whole ones. */
export interface LengthMarginal {
  /** Its mean in closed form. */
  readonly mean: number;
  /** The quantile at a probability in [0, 1). */
  at(u: number): number;
}

/** Always so many tokens. */
export function constantLength(tokens: number): LengthMarginal {
  expectPositive('tokens', tokens);
  return { mean: tokens, at: () => tokens };
}

/** Lognormal: mean in tokens, and `cv` = standard deviation / mean. */
export function lognormalLength({ mean, cv }: { readonly mean: number; readonly cv: number }): LengthMarginal {
  expectPositive('mean', mean);
  expectPositive('cv', cv);
  const sigma = Math.sqrt(Math.log1p(cv * cv));
  const median = mean / Math.sqrt(1 + cv * cv);
  return { mean, at: (u) => median * Math.exp(sigma * normalQuantile(u)) };
}

/** A power law between two lengths. */
export interface PowerLaw {
  readonly least: number;
  readonly most: number;
  /** The tail index α: lengths above x have a share of about x^−α. Heavy below 2. */
  readonly alpha: number;
}

/** Bounded Pareto. */
export function powerLawLength({ least, most, alpha }: PowerLaw): LengthMarginal {
  expectPositive('least', least);
  expectPositive('alpha', alpha);
  if (!(most > least && most < Infinity)) throw refusal('most', most, `a number > ${least}`);
  const cut = (least / most) ** alpha;
  const mean =
    alpha === 1
      ? (least * Math.log(most / least)) / (1 - cut)
      : ((alpha / (alpha - 1)) * (least - most * cut)) / (1 - cut);
  return { mean, at: (u) => least * (1 - u * (1 - cut)) ** (-1 / alpha) };
}

/** A table of quantiles, linear between its points, constant outside them. */
export interface QuantileTable {
  /** Ascending, in 0 … 1. */
  readonly probabilities: readonly number[];
  /** Tokens at these probabilities; they do not fall. */
  readonly tokens: readonly number[];
}

export function quantileLength({ probabilities, tokens }: QuantileTable): LengthMarginal {
  const count = probabilities.length;
  if (count < 2 || tokens.length !== count) {
    throw refusal('the quantile table', `${count} probabilities with ${tokens.length} tokens`, 'as many of each, ≥ 2');
  }
  probabilities.forEach((p, k) => {
    const above = k === 0 ? 0 : probabilities[k - 1];
    if (!(k === 0 ? p >= 0 : p > above) || p > 1)
      throw refusal(`probability ${k + 1}`, p, `a number ${k === 0 ? '≥' : '>'} ${above}, at most 1`);
  });
  tokens.forEach((n, k) => {
    const least = k === 0 ? 0 : tokens[k - 1];
    if (!(n >= least && n < Infinity)) throw refusal(`tokens ${k + 1}`, n, `a number ≥ ${least}`);
  });
  let mean = probabilities[0] * tokens[0] + (1 - probabilities[count - 1]) * tokens[count - 1];
  for (let k = 1; k < count; k++) mean += ((probabilities[k] - probabilities[k - 1]) * (tokens[k] + tokens[k - 1])) / 2;
  return { mean, at: quantileTable(probabilities, tokens) };
}

/** Prompt and output drawn independently. */
export const independentLengths =
  (prompt: LengthMarginal, output: LengthMarginal): LengthSampler =>
  (_cell, u, v) => ({ prompt: wholeTokens(prompt.at(u)), output: wholeTokens(output.at(v)) });

function expectPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw refusal(name, value, 'a number > 0');
}

const refusal = (name: string, value: unknown, expected: string): RangeError =>
  new RangeError(`lengths: ${name} is ${String(value)}, expected ${expected}`);
