/** One decision for several steps. */
import type { Wrapper } from './wrapper.js';

/** Carries each action out `repeats` times, or until the episode ends; rewards and time add up, the last observation is shown. */
export function repeatAction({ repeats }: { readonly repeats: number }): Wrapper {
  if (!Number.isSafeInteger(repeats) || repeats < 1)
    throw new Error(`RepeatAction: repeats is ${repeats}, expected a whole number above 0`);
  return {
    name: 'RepeatAction',
    options: { repeats },
    alone: 'episodes would end in the midst of the repeats of others; put it around each environment of the vector',
    bind() {
      const state = { made: 0, reward: 0, elapsed: 0 };
      return {
        state,
        check() {
          state.made = state.reward = state.elapsed = 0;
        },
        step(numbers, at) {
          state.made++;
          numbers.reward[at] = state.reward += numbers.reward[at];
          numbers.elapsed[at] = state.elapsed += numbers.elapsed[at];
        },
        again: (numbers, at) => state.made < repeats && (numbers.terminated[at] | numbers.truncated[at]) === 0,
      };
    },
  };
}
