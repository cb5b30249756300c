/** Rewards scaled so that the discounted return has variance 1. */
import { createMoments, takeIn } from './running-moments.js';
import { Row, type Wrapper } from './wrapper.js';

export interface NormalizeRewardOptions {
  /** Discount of the return [0.99]. */
  readonly gamma?: number;
  /** [1e-8] */
  readonly epsilon?: number;
}

/**
 * r / √(variance of G + ε) with G ← G · γ · (1 − terminated) + r; no mean is subtracted. G outlives `reset` of one environment and
 * the next-step autoreset of a vector, but not `reset` of a vector (the rows of its mask) nor the same-step autoreset: as
 * Gymnasium has it. Rows that only begin an episode do not count.
 */
export function normalizeReward({ gamma = 0.99, epsilon = 1e-8 }: NormalizeRewardOptions = {}): Wrapper {
  if (!(gamma >= 0 && gamma <= 1)) throw new Error(`NormalizeReward: gamma is ${gamma}, expected a number in [0, 1]`);
  if (!(epsilon > 0)) throw new Error(`NormalizeReward: epsilon is ${epsilon}, expected a number above 0`);
  return {
    name: 'NormalizeReward',
    options: { gamma, epsilon },
    bind({ rows, autoreset }) {
      const state = { discounted: new Float64Array(rows), moments: createMoments(1), updating: true };
      const counted = new Float64Array(rows);
      return {
        state,
        saved: ['moments'],
        begin(row, cause) {
          if (autoreset !== null && cause !== 'next-step') state.discounted[row] = 0;
        },
        gather(inner, at, which) {
          let n = 0;
          for (let k = 0; k < rows; k++) {
            if (which[k] !== Row.stepped && which[k] !== Row.ended) continue;
            const goesOn = inner.terminated[at + k] === 1 ? 0 : 1;
            counted[n++] = state.discounted[k] = state.discounted[k] * gamma * goesOn + inner.reward[at + k];
          }
          if (state.updating) takeIn(state.moments, n, counted);
        },
        step(numbers, at) {
          numbers.reward[at] /= Math.sqrt(state.moments.variance[0] + epsilon);
        },
      };
    },
  };
}
