/**
 * The two acceptance rates. α: probability that a draft token is accepted after all before it were (Leviathan et al. 2023).
 * A: accepted/proposed drafts. With independent drafts of γ tokens
 *
 *     tokens per verification = γ·A + 1 = (1 − α^(γ+1))/(1 − α) = 1 + α + … + α^γ
 */

/** Tokens that a verification of `drafts` drafts commits in the mean. */
export function tokensPerStep(alpha: number, drafts: number): number {
  let sum = 1;
  for (let k = 0; k < drafts; k++) sum = 1 + alpha * sum;
  return sum;
}

/** α of those of whose drafts, `drafts` ≥ 1 a verification, the share A is accepted: Newton from 1 downwards on a convex sum. */
export function alphaOf(share: number, drafts: number): number {
  if (share >= 1) return 1;
  if (!(share > 0)) return 0;
  const target = drafts * share + 1;
  let alpha = 1;
  for (let round = 0; round < 50; round++) {
    let sum = 1;
    let slope = 0;
    for (let k = 0; k < drafts; k++) {
      slope = sum + alpha * slope;
      sum = 1 + alpha * sum;
    }
    const step = (sum - target) / slope;
    alpha -= step;
    if (step < 1e-12) break;
  }
  return alpha;
}
