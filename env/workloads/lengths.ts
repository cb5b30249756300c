/** Prompt and output lengths drawn jointly from published statistics: marginal quantiles and a histogram of ranks. */
import { quantileTable } from '../distributions.js';
import { derived } from './derived.js';

/** One marginal in tokens: `q101` at probabilities 0, .01, …, .99 (its last value, the maximum, is repeated in `tail`), then `tail`. */
interface Marginal {
  readonly q101: readonly number[];
  readonly tail: Readonly<Record<string, number>>;
}

/** Statistics of a set of requests, as in `derived/azure-conv.json` under `lengths`. */
export interface LengthStatistics {
  readonly prompt: Marginal;
  readonly output: Marginal;
  /** counts[a][b]: requests whose prompt rank lies in bin a of n and whose output rank lies in bin b (an empirical copula). */
  readonly rank_copula: { readonly n: number; readonly counts: readonly (readonly number[])[] };
}

/** Tokens of one request. */
export interface Lengths {
  readonly prompt: number;
  readonly output: number;
}

/** A request's lengths from three uniforms in [0, 1): one chooses the cell of ranks, two the places inside it. */
export type LengthSampler = (cell: number, u: number, v: number) => Lengths;

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
  const promptAt = quantiles(statistics.prompt);
  const outputAt = quantiles(statistics.output);
  const upTo = new Float64Array(n * n);
  let total = 0;
  for (let cell = 0; cell < n * n; cell++) {
    total += counts[Math.floor(cell / n)][cell % n];
    upTo[cell] = total;
  }
  return (choice, u, v) => {
    const cell = firstAbove(upTo, choice * total);
    return {
      prompt: Math.max(1, Math.round(promptAt((Math.floor(cell / n) + u) / n))),
      output: Math.max(1, Math.round(outputAt(((cell % n) + v) / n))),
    };
  };
}

function quantiles({ q101, tail }: Marginal): (u: number) => number {
  const far = Object.entries(tail)
    .map(([probability, tokens]) => [Number(probability), tokens] as const)
    .sort(([a], [b]) => a - b);
  const near = q101.slice(0, 100);
  return quantileTable(
    [...near.map((_, k) => k / 100), ...far.map(([probability]) => probability)],
    [...near, ...far.map(([, tokens]) => tokens)],
  );
}

/** Index of the first entry of an ascending list that is above `value`. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
