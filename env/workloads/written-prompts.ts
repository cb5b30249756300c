/**
 * Prompts of our own for requests that were drawn from statistics, so that predictors have something to read.
 *
 * The lengths come first and stay as they are. A request whose true output is at rank u of all outputs gets the prompt at rank
 *
 *     Φ(ρ·Φ⁻¹(u) + √(1 − ρ²)·ε)        ε standard normal, luck of the request's key
 *
 * among templates ordered by the length of answer that they ask for. So words explain the share ρ² of the variance of the
 * outputs' normal scores, and nothing else does. A prompt stands for the instruction; what it is about (the other tokens of a
 * long prompt) is not written out.
 */
import { normal, normalCdf, normalQuantile } from '../distributions.js';
import { luck, type Seed } from '../random.js';
import { derived } from './derived.js';
import type { Texts } from './texts.js';

interface Written {
  readonly slots: Readonly<Record<string, readonly string[]>>;
  /** Shortest answers first. */
  readonly templates: readonly string[];
}

export interface WrittenPrompts {
  /** Columns by row. */
  readonly key: Float64Array;
  readonly outputTokens: Int32Array;
  /** Outputs of many requests of the same kind, ascending: what a length's rank is taken among. Asked for once, at the first prompt. */
  marginal(): ArrayLike<number>;
  /** ρ², in 0 … 1 [.5055, that of AlpacaEval] */
  readonly share?: number | undefined;
  readonly seed: Seed;
}

/** Of the variance of log length over 805 prompts × 218 models of AlpacaEval (log length = mean + prompt + model + rest). */
const PROMPT_SHARE = 0.5055;

/** The prompts of a workload's requests: functions of the row, which cost nothing until somebody asks. */
export function writtenTexts({ key, outputTokens, marginal, share = PROMPT_SHARE, seed }: WrittenPrompts): Texts {
  let write: ((row: number) => string) | undefined;
  return {
    prompt(row) {
      write ??= begin();
      return write(row);
    },
    model: () => undefined,
  };

  function begin(): (row: number) => string {
    const { slots, templates } = derived<Written>('written-prompts');
    const sorted = marginal();
    const draw = luck(seed, 'written prompts');
    const signal = Math.sqrt(share);
    const noise = Math.sqrt(1 - share);
    return (row) => {
      const own = key[row];
      const z = normalQuantile(rankOf(outputTokens[row], sorted, draw(own, 0)));
      const place = normalCdf(signal * z + noise * normal(draw(own, 1), draw(own, 2)));
      let slot = 3;
      return templates[Math.floor(place * templates.length)].replace(/\{(\w+)\}/g, (_, name: string) => {
        const words = slots[name];
        return words[Math.floor(draw(own, slot++) * words.length)];
      });
    };
  }
}

/** Where a length stands among sorted ones, in (0, 1); among equal ones `u` decides. */
function rankOf(length: number, sorted: ArrayLike<number>, u: number): number {
  const below = countBelow(sorted, length);
  const upTo = countBelow(sorted, length + 1);
  return (below + (upTo - below + 1) * (0.5 + 0.998 * (u - 0.5))) / (sorted.length + 1);
}

function countBelow(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
