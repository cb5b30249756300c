/** Watches an environment that others use: its spaces at once, then what its first calls return. */
import { checkResetResult, checkSpaces, checkStepResult } from '../check/passive.js';
import { warn } from '../warn.js';
import type { Wrapper } from './wrapper.js';

/** Calls of each kind that are looked at: with two, what is handed out twice is seen. */
const CALLS = 2;

/**
 * Warns of what is wrong with the results of the first calls of `reset` and `step`; rows of columns are not looked at.
 * @throws Error when it is put around an environment whose spaces are wrong, or when a result has not the form of one
 */
export const passiveEnvChecker = (): Wrapper => ({
  name: 'PassiveEnvChecker',
  options: {},
  alone: 'it looks at what one environment returns; put it around each environment of the vector',
  inSpec: (spec) => ({ ...spec, disableEnvChecker: false }),
  bind({ env }) {
    if (env === null) return {};
    const { errors, warnings } = checkSpaces(env);
    if (errors.length > 0) throw new Error(errors.join('\n'));
    warnings.forEach(warn);
    const state = { resets: 0, steps: 0 };
    return {
      state,
      sawReset(result) {
        if (state.resets++ < CALLS) tell(checkResetResult(env, result), result, 2);
      },
      sawStep(result) {
        if (state.steps++ < CALLS) tell(checkStepResult(env, result), result, 5);
      },
    };
  },
});

/** What has not the form of a result cannot be used further. */
function tell(reasons: readonly string[], result: unknown, length: number): void {
  if (reasons.length > 0 && !(Array.isArray(result) && result.length === length)) throw new Error(reasons.join('\n'));
  reasons.forEach(warn);
}
