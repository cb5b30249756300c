/** Actions that stick: with a probability the last one is carried out again (Machado et al. 2018). */
import type { Numbers } from '../spaces/space.js';
import { copyOf } from '../vector/batches.js';
import type { Wrapper } from './wrapper.js';

export interface StickyActionOptions {
  /** In [0, 1). */
  readonly repeatActionProbability: number;
  /** Steps for which an action sticks, or the fewest and the most [1]. */
  readonly repeatActionDuration?: number | readonly [number, number];
}

/**
 * Repeats the action that was executed last. The first step of an episode draws nothing, a stuck one neither; every other draws one
 * uniform number from the environment's stream, and one more for a duration between two bounds.
 */
export function stickyAction({ repeatActionProbability: p, repeatActionDuration = 1 }: StickyActionOptions): Wrapper {
  if (!(p >= 0 && p < 1)) throw new Error(`StickyAction: repeatActionProbability is ${p}, expected a number in [0, 1)`);
  const [least, most] =
    typeof repeatActionDuration === 'number' ? [repeatActionDuration, repeatActionDuration] : repeatActionDuration;
  if (!(Number.isSafeInteger(least) && Number.isSafeInteger(most) && 1 <= least && least <= most))
    throw new Error(
      `StickyAction: repeatActionDuration is ${JSON.stringify(repeatActionDuration)}, expected whole steps above 0, or the fewest and the most`,
    );
  return {
    name: 'StickyAction',
    options: { repeatActionProbability: p, repeatActionDuration },
    bind({ rows, random }) {
      const state = { last: new Array<unknown>(rows).fill(undefined), stuck: new Int32Array(rows) };
      return {
        state,
        begin(row) {
          state.last[row] = undefined;
          state.stuck[row] = 0;
        },
        action(action, row) {
          const last = state.last[row];
          if (last !== undefined && state.stuck[row] === 0) {
            const draws = random(row);
            if (draws.next() < p)
              state.stuck[row] = least === most ? least : least + Math.floor(draws.next() * (most - least + 1));
          }
          if (state.stuck[row] > 0) state.stuck[row]--;
          else state.last[row] = kept(last, action);
          return state.last[row];
        },
      };
    },
  };
}

/** A copy of x, in the memory of the one before where they are alike. */
function kept(before: unknown, x: unknown): unknown {
  if (!ArrayBuffer.isView(x) || !ArrayBuffer.isView(before)) return copyOf(x);
  (before as Numbers).set(x as Numbers);
  return before;
}
