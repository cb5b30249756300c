/** Cuts episodes off after a number of steps. */
import type { Wrapper } from './wrapper.js';

const NOT_BEGUN = -1;

/**
 * Truncates at the step `maxEpisodeSteps` and every later one. `terminated` is left alone, so both flags can be true.
 * @throws Error unless it is a whole number above 0
 */
export function timeLimit(maxEpisodeSteps: number): Wrapper {
  if (!Number.isSafeInteger(maxEpisodeSteps) || maxEpisodeSteps <= 0)
    throw new Error(`TimeLimit: maxEpisodeSteps is ${maxEpisodeSteps}, expected a whole number of steps above 0`);
  return {
    name: 'TimeLimit',
    options: { maxEpisodeSteps },
    inSpec: (spec) => ({ ...spec, maxEpisodeSteps }),
    bind({ rows }) {
      const state = { elapsedSteps: new Int32Array(rows).fill(NOT_BEGUN) };
      return {
        state,
        check(row) {
          if (state.elapsedSteps[row] === NOT_BEGUN)
            throw new Error('TimeLimit: step before the first reset: call reset() to begin an episode');
        },
        begin(row) {
          state.elapsedSteps[row] = 0;
        },
        step(numbers, at, row) {
          if (++state.elapsedSteps[row] >= maxEpisodeSteps) numbers.truncated[at] = 1;
        },
      };
    },
  };
}
