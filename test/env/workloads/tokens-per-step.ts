import type { Acceptance } from '../../../env/workloads/acceptance/acceptance.js';

/** Tokens a request commits per verification of k drafts, over requests: mean and standard deviation for each k. */
export function meanTokensPerStep(
  acceptance: Acceptance,
  outputTokens: ArrayLike<number>,
  drafts: readonly number[],
): { mean: number[]; sd: number[] } {
  const mean: number[] = [];
  const sd: number[] = [];
  for (const k of drafts) {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < outputTokens.length; row++) {
      let steps = 0;
      for (let at = 0; at < outputTokens[row]; steps++) at += 1 + acceptance.accepted(row, at, steps, k);
      const value = outputTokens[row] / steps;
      sum += value;
      squares += value * value;
    }
    const m = sum / outputTokens.length;
    mean.push(m);
    sd.push(Math.sqrt(squares / outputTokens.length - m * m));
  }
  return { mean, sd };
}
