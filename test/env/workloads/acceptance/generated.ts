/** Requests with the recorded output lengths, and the acceptance of a fitted generator for them. */
import { quantileTable } from '../../../../env/distributions.js';
import type { Acceptance } from '../../../../env/workloads/acceptance/acceptance.js';
import { acceptanceKinds } from '../../../../env/workloads/acceptance/kinds.js';
import { derived } from '../../../../env/workloads/derived.js';

export type FitSet = 'sharegpt' | 'gsm8k';
export type FitDraft = 'eagle' | 'ngram';
type ByDrafts<T> = Readonly<Record<string, T>>;

/** What `derived/acceptance.json` says of one draft on one set: the data, and the fitted model simulated by its author. */
export interface Fit {
  readonly output_tokens: { readonly q21: readonly number[] };
  readonly data: { readonly k5_quarter_means: readonly number[] };
  readonly reproduction: {
    readonly k_means: ByDrafts<{ data: number; model: number }>;
    readonly k_sds: ByDrafts<{ data: number; model: number }>;
    readonly quarter_means: { model: readonly number[] };
    readonly early_relative_error: ByDrafts<{ data: number; model: number }>;
  };
}

export const fitOf = (set: FitSet, draft: FitDraft): Fit =>
  derived<{ sets: Record<FitSet, Record<FitDraft, Fit>> }>('acceptance').sets[set][draft];

/** Requests by row: their lengths and their luck. */
export interface Replayed {
  readonly outputTokens: Int32Array;
  readonly acceptance: Acceptance;
}

export function generated(
  set: FitSet,
  draft: FitDraft,
  count: number,
  seed = 'statistics',
): Replayed & { key: Float64Array } {
  const { q21 } = fitOf(set, draft).output_tokens;
  const length = quantileTable(
    q21.map((_, k) => k / 20),
    q21,
  );
  const key = Float64Array.from({ length: count }, (_, k) => k);
  const outputTokens = Int32Array.from(key, (k) => Math.round(length((k + 0.5) / count)));
  return { key, outputTokens, acceptance: acceptanceKinds[draft].make({ key, outputTokens }, seed, { set }) };
}

/** Tokens that each verification of `drafts` drafts of a row commits, the last one as if the answer went on. */
export function stepsOf({ acceptance, outputTokens }: Replayed, row: number, drafts: number): number[] {
  const steps: number[] = [];
  for (let at = 0; at < outputTokens[row]; at += steps[steps.length - 1]) {
    steps.push(1 + acceptance.accepted(row, at, steps.length, drafts));
  }
  return steps;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Mean over requests of the tokens per step of 5 drafts in each quarter of their steps. */
export function quarterMeans(of: Replayed): number[] {
  const quarters: number[][] = [[], [], [], []];
  of.outputTokens.forEach((length, row) => {
    if (length < 20) return;
    const steps = stepsOf(of, row, 5);
    quarters.forEach((list, q) => {
      const own = steps.slice(Math.floor((q * steps.length) / 4), Math.floor(((q + 1) * steps.length) / 4));
      if (own.length > 0) list.push(mean(own));
    });
  });
  return quarters.map(mean);
}

/** By how much the mean of the first steps differs from the mean of all of a request's, 5 drafts: mean relative error over requests that have more. */
export function earlyErrors(of: Replayed, firsts: readonly number[]): number[] {
  const errors: number[][] = firsts.map(() => []);
  of.outputTokens.forEach((_, row) => {
    const steps = stepsOf(of, row, 5);
    firsts.forEach((first, k) => {
      if (steps.length > first) errors[k].push(Math.abs(mean(steps.slice(0, first)) / mean(steps) - 1));
    });
  });
  return errors.map(mean);
}
