/**
 * Acceptance by the level of a request on a population's ladder: what four estimators share. Each of them says the level from
 * now on and how far it may be off; from there
 *
 *     steps ahead = Σ over positions from here to the believed end of tokens/(1 + E(γ, level)), times 1 + `more`
 *     A = (tokens ahead/steps ahead − 1)/γ
 *     spread² = (dA/dlevel · off)² + variance of a step/(γ²·steps ahead)
 *
 * so a belief knows that acceptance drifts upwards on the way, that more is to come of a long answer, and what luck is left.
 * Where the proposer does not offer drafts at every step, positions count as if it did.
 */
import type { Estimator, Seen, Standing } from './estimator.js';
import { type Ladder, type Moments, momentsAt, stepsAhead } from './ladder.js';

/** Says a request's level from now on. */
export interface LevelRule {
  readonly name: string;
  /** Numbers that it keeps of a request. */
  readonly width: number;
  see(state: Float64Array, seen: Seen): void;
  level(state: Float64Array, standing: Standing): number;
  /** By what share more steps will come than that level foretells [0]. */
  more?(state: Float64Array): number;
  /** Standard deviation of the true level around that. */
  off(state: Float64Array): number;
}

export function byLevel(ladder: Ladder, rule: LevelRule): Estimator {
  const moments: Moments = { mean: 0, variance: 0, slope: 0 };
  return {
    name: rule.name,
    width: rule.width,
    see: (state, seen) => rule.see(state, seen),
    believe(state, standing, out) {
      const { drafts } = standing;
      const from = Math.max(1, standing.generated);
      const to = Math.max(from + 1, standing.length);
      const level = rule.level(state, standing);
      const steps = stepsAhead(ladder, from, to, level, drafts) * (1 + (rule.more?.(state) ?? 0));
      momentsAt(ladder, (from + to) / 2, level, drafts, moments);
      const bySlope = (moments.slope * rule.off(state)) / drafts;
      const byLuck = moments.variance / (drafts * drafts * steps);
      out.share = Math.min(1, Math.max(0, ((to - from) / steps - 1) / drafts));
      out.spread = Math.sqrt(bySlope * bySlope + byLuck);
    },
  };
}

/**
 * What is kept of the verifications of a request: how many drafts more than the curve says were accepted, and how much a level would
 * make (the score and the information of the level at 0); the same with a memory of ten verifications.
 */
export const Track = { residual: 0, information: 1, recentResidual: 2, recentInformation: 3, width: 4 } as const;

/** Share of the recent past that a verification leaves. */
const KEEPS = 0.9;

/** Adds verifications to such a track; several at once count as if all had begun where the first one did. */
export function trackOn(ladder: Ladder): (state: Float64Array, seen: Seen) => void {
  const moments: Moments = { mean: 0, variance: 0, slope: 0 };
  return (state, { verifications, proposed, accepted, position }) => {
    momentsAt(ladder, position, 0, Math.max(1, Math.round(proposed / verifications)), moments);
    const residual = accepted - verifications * moments.mean;
    const information = verifications * moments.slope;
    const keeps = KEEPS ** verifications;
    state[Track.residual] += residual;
    state[Track.information] += information;
    state[Track.recentResidual] = keeps * state[Track.recentResidual] + residual;
    state[Track.recentInformation] = keeps * state[Track.recentInformation] + information;
  };
}
