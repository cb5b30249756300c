/** Prompt and output lengths drawn jointly from published statistics: marginal quantiles and a histogram of ranks. */
import { quantileTable, weightedIndex } from '../../distributions.js';
import { derived } from '../derived.js';
import { type LengthSampler, wholeTokens } from './sampler.js';

/** One marginal in tokens: `q101` at probabilities 0, .01, …, .99 (its last value is the maximum), then `tail` by probability. */
export interface MarginalStatistics {
  readonly q101: readonly number[];
  readonly tail: Readonly<Record<string, number>>;
}

/** Statistics of a set of requests, as in `derived/azure-conv.json` under `lengths`. */
export interface LengthStatistics {
  readonly prompt: MarginalStatistics;
  readonly output: MarginalStatistics;
  /** counts[a][b]: requests whose prompt rank lies in bin a of n and whose output rank lies in bin b (an empirical copula). */
  readonly rank_copula: { readonly n: number; readonly counts: readonly (readonly number[])[] };
}

/** The sets that ship with the package. */
export const lengthSets = {
  /** Azure LLM inference trace 2023, conversations: prompts 1,155, outputs 211 tokens in the mean. */
  azure: () => derived<{ lengths: LengthStatistics }>('azure-conv').lengths,
  /** ShareGPT conversations (NanoFlow's list): prompts 299, outputs 324; a few prompts are whole dialogues. */
  sharegpt: () => derived<{ lists: Record<'sharegpt', LengthStatistics> }>('length-lists').lists.sharegpt,
  /** Summaries of arXiv papers (Vidur's list): prompts 2,588, outputs 291, together at most about 4,096. */
  arxiv: () =>
    derived<{ lists: Record<'arxiv_summarization', LengthStatistics> }>('length-lists').lists.arxiv_summarization,
};

export type LengthSet = keyof typeof lengthSets;

/**
 * A cell (a, b) is drawn with probability counts[a][b] / total; the ranks (a + u)/n and (b + v)/n go through the
 * marginal quantile functions (linear between the table's points), rounded to whole tokens, at least 1.
 */
export function lengthSampler(statistics: LengthStatistics): LengthSampler {
  const { n, counts } = statistics.rank_copula;
  const promptAt = marginalQuantile(statistics.prompt);
  const outputAt = marginalQuantile(statistics.output);
  const choose = weightedIndex(counts.flat());
  return (choice, u, v) => {
    const cell = choose(choice);
    return {
      prompt: wholeTokens(promptAt((Math.floor(cell / n) + u) / n)),
      output: wholeTokens(outputAt(((cell % n) + v) / n)),
    };
  };
}

/** The quantile function of a marginal in tokens. Beyond the last probability of its tail it stays at the last value. */
export function marginalQuantile({ q101, tail }: MarginalStatistics): (u: number) => number {
  const far = Object.entries(tail)
    .map(([probability, tokens]) => [Number(probability), tokens] as const)
    .sort(([a], [b]) => a - b);
  const near = q101.slice(0, 100);
  return quantileTable(
    [...near.map((_, k) => k / 100), ...far.map(([probability]) => probability)],
    [...near, ...far.map(([, tokens]) => tokens)],
  );
}
