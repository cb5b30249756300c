/** Begins the next episode by itself. */
import type { Wrapper } from './wrapper.js';

/** The step after the end of an episode resets instead: its action is ignored, the reward is 0, the info that of `reset`. */
export const autoreset = (): Wrapper => ({
  name: 'Autoreset',
  options: {},
  alone: 'a vector environment resets by itself; see its option autoreset',
  bind() {
    const state = { over: false };
    return {
      state,
      instead: () => state.over,
      begin() {
        state.over = false;
      },
      step(numbers, at) {
        state.over = (numbers.terminated[at] | numbers.truncated[at]) !== 0;
      },
    };
  },
});
