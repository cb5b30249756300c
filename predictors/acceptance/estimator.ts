/**
 * What estimators of acceptance have in common: they are shown a request's verifications and say what share of its drafts will
 * be accepted *from now on*. Functions over a few numbers of state, so that the same one serves an episode, where the state
 * lies in columns and forks (`predictor.ts`), and a replay of recorded requests.
 */

/** Verifications of a request that ended between two looks; nearly always one. */
export interface Seen {
  readonly verifications: number;
  readonly proposed: number;
  readonly accepted: number;
  /** Output tokens before the first of them. */
  readonly position: number;
}

/** Where a request stands, and what it is asked about. */
export interface Standing {
  readonly generated: number;
  /** Total output tokens, as far as anyone knows. */
  readonly length: number;
  readonly promptTokens: number;
  /** γ: drafts of the verifications to come, ≥ 1. */
  readonly drafts: number;
}

export interface AcceptanceBelief {
  /** A = accepted/proposed drafts from now on, in the mean. */
  share: number;
  /** Standard deviation of what A will turn out to be, or of the mean where an estimator says so. */
  spread: number;
}

export interface Estimator {
  readonly name: string;
  /** Numbers that it keeps of a request. */
  readonly width: number;
  /** Fills the state of a new request [all 0]. */
  begin?(state: Float64Array): void;
  see(state: Float64Array, seen: Seen): void;
  /** Writes `out`. Allocates nothing. */
  believe(state: Float64Array, standing: Standing, out: AcceptanceBelief): void;
}

/** Says when a belief about acceptance can be trusted. State as an estimator's. */
export interface StabilityRule {
  readonly width: number;
  see(state: Float64Array, seen: Seen): void;
  stable(state: Float64Array, belief: AcceptanceBelief): boolean;
}
