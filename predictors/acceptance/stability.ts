/** When a belief about acceptance can be trusted: three rules by name. */
import { settledSinceChange } from './change-point.js';
import type { StabilityRule } from './estimator.js';

/**
 * LAPS-SD as we read it: at least `minSteps` verifications, and the running mean of accepted/proposed moved by less than
 * `tolerance` over the last `window`: the largest less the smallest of its last `window` + 1 values. State: two counts and a
 * ring of means.
 */
export function runningMeanSettled(minSteps = 16, window = 8, tolerance = 0.05): StabilityRule {
  const Cell = { count: 0, proposed: 1, accepted: 2, moved: 3, ring: 4 } as const;
  const stableFrom = Math.max(minSteps, window + 1);
  return {
    width: Cell.ring + window,
    see(state, { verifications, proposed, accepted }) {
      state[Cell.proposed] += proposed;
      state[Cell.accepted] += accepted;
      const mean = state[Cell.accepted] / state[Cell.proposed];
      const last = state[Cell.count] + verifications;
      let low = state[Cell.ring + (last % window)];
      let high = low;
      for (let n = Math.max(state[Cell.count], last - window) + 1; n <= last; n++)
        state[Cell.ring + (n % window)] = mean;
      state[Cell.count] = last;
      for (let k = 0; k < window; k++) {
        low = Math.min(low, state[Cell.ring + k]);
        high = Math.max(high, state[Cell.ring + k]);
      }
      state[Cell.moved] = high - low;
    },
    stable: (state) => state[Cell.count] >= stableFrom && state[Cell.moved] < tolerance,
  };
}

/** The estimator's own word: its spread is at most `within` [0.05]. */
export const narrowSpread = (within = 0.05): StabilityRule => ({
  width: 0,
  see() {},
  stable: (_state, { spread }) => spread <= within,
});

export const stabilityRules = {
  window: runningMeanSettled,
  'page-hinkley': settledSinceChange,
  spread: narrowSpread,
} as const satisfies Record<string, () => StabilityRule>;

export type StabilityName = keyof typeof stabilityRules;
