/** Observations that arrive late. */
import { copierOf } from '../vector/batches.js';
import { fillerOf } from './filler.js';
import type { Wrapper } from './wrapper.js';

/** Each observation is shown `delay` calls later; until the first arrives, zeros (the nearest member to zero) are. */
export function delayObservation({ delay }: { readonly delay: number }): Wrapper {
  if (!Number.isSafeInteger(delay) || delay < 0)
    throw new Error(`DelayObservation: delay is ${delay}, expected a whole number of calls, 0 or more`);
  return {
    name: 'DelayObservation',
    options: { delay },
    bind({ observationSpace: space, rows }) {
      const copyRow = copierOf(space);
      const filler = fillerOf(space);
      const state = { late: space.createBatch(Math.max(1, rows * delay)), seen: new Int32Array(rows) };
      return {
        state,
        observe(from, i, to, o, row, first) {
          if (delay === 0) return copyRow(from.observation, i, to.observation, o);
          if (first) state.seen[row] = 0;
          const slot = row * delay + (state.seen[row] % delay);
          if (state.seen[row] < delay) space.write(to.observation, o, filler);
          else copyRow(state.late, slot, to.observation, o);
          copyRow(from.observation, i, state.late, slot);
          state.seen[row]++;
        },
      };
    },
  };
}
