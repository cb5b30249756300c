/** Rewards brought back into bounds. */
import type { Wrapper } from './wrapper.js';

export interface ClipRewardOptions {
  readonly minReward?: number | null;
  readonly maxReward?: number | null;
}

/** Clips rewards to [minReward, maxReward]; null = no bound on this side. @throws Error without any bound, or if they cross */
export function clipReward({ minReward = null, maxReward = null }: ClipRewardOptions): Wrapper {
  if (minReward === null && maxReward === null) throw new Error('ClipReward: expected minReward, maxReward or both');
  const low = minReward ?? -Infinity;
  const high = maxReward ?? Infinity;
  if (!(low <= high)) throw new Error(`ClipReward: minReward ${minReward} is not below maxReward ${maxReward}`);
  return {
    name: 'ClipReward',
    options: { minReward, maxReward },
    bind: () => ({
      step(numbers, at) {
        numbers.reward[at] = Math.min(high, Math.max(low, numbers.reward[at]));
      },
    }),
  };
}
