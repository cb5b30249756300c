/** Draft tokens: how many are asked for, what room they take, and what becomes of them. */
import type { Replica } from './replica.js';

/** γ asked of the proposer for r. */
export function draftsAsked(s: Replica, r: number): number {
  return Math.min(s.decision.draft[r], s.rules.maxDrafts);
}

/** KV slots beyond its tokens that the proposer needs for r: n-gram none; draft model and EAGLE γ, for their own cache. */
export function lookahead(s: Replica, r: number): number {
  return s.rules.proposer === 'ngram' ? 0 : draftsAsked(s, r);
}

/** The same when r is admitted. */
export function lookaheadAtAdmission(s: Replica, r: number): number {
  return s.rules.lookaheadAtAdmission ? lookahead(s, r) : 0;
}

/** Input tokens of the budget that a draft model takes for every scheduled request. */
export function extraInput(s: Replica): number {
  const { rules } = s;
  return rules.proposer === 'draft-model' && rules.drafts > 0 && rules.lookaheadAtAdmission ? 1 : 0;
}

/** Input tokens that a draft model takes off the budget as a whole (vLLM before 0.33). */
export function budgetOff(s: Replica): number {
  const { rules } = s;
  return rules.proposer === 'draft-model' && rules.drafts > 0 && !rules.lookaheadAtAdmission ? rules.maxBatch : 0;
}

/** Asks the proposer after a sampling step (synchronous engines): what it offers is held for the next verification. Returns how many were asked for. */
export function propose(s: Replica, r: number): number {
  const asked = draftsAsked(s, r);
  if (asked === 0) return 0;
  const { row, samples } = s.hidden;
  s.requests.drafts[r] = s.acceptance.proposed(row[r], s.requests.generated[r], samples[r] - 1, asked);
  return asked;
}

/** Verifies `drafts` of r by its hidden luck. Returns how many are accepted. */
export function verify(s: Replica, r: number, drafts: number, padding: boolean): number {
  if (drafts === 0) return 0;
  const { requests, hidden } = s;
  const accepted = padding ? 0 : s.acceptance.accepted(hidden.row[r], requests.generated[r], hidden.samples[r], drafts);
  requests.proposed[r] += drafts;
  s.totals.drafts += drafts;
  requests.accepted[r] += accepted;
  requests.verifications[r]++;
  return accepted;
}
