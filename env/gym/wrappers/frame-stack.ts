/** The last observations as one. */
import type { Numbers } from '../spaces/space.js';
import { copierOf, copyOf, strideOf } from '../vector/batches.js';
import { fillerOf } from './filler.js';
import type { Same, Wrapper } from './wrapper.js';

export interface FrameStackOptions {
  /** Observations in a stack, the newest last. */
  readonly stackSize: number;
  /** What fills the stack when an episode begins: its first observation, zeros, or a given one ['reset']. */
  readonly padding?: unknown;
}

/** Stacks along a new first axis; parts of a Dict or Tuple each for themselves. @throws Error for a size below 1 or an unknown padding */
export function frameStack({ stackSize, padding = 'reset' }: FrameStackOptions): Wrapper<unknown, Same, unknown> {
  if (!Number.isSafeInteger(stackSize) || stackSize < 1)
    throw new Error(`FrameStackObservation: stackSize is ${stackSize}, expected a whole number above 0`);
  return {
    name: 'FrameStackObservation',
    options: { stackSize, padding },
    bind({ observationSpace: space, rows }) {
      const outside = space.batchSpace(stackSize);
      const pad = padding === 'reset' ? null : padding === 'zero' ? fillerOf(space) : memberOf(padding);
      const copyRow = copierOf(space);
      const stride = strideOf(space);
      const state = { stacks: Array.from({ length: rows }, () => space.createBatch(stackSize)) };

      function memberOf(x: unknown): unknown {
        const value = Array.isArray(x) ? space.valueFromJson(x) : x;
        if ((typeof x === 'string' && space.type !== 'Text') || !space.contains(value))
          throw new Error(
            `FrameStackObservation: padding is ${JSON.stringify(x)}, expected 'reset', 'zero' or a member of ${space}`,
          );
        return value;
      }

      function shift(stack: unknown): void {
        if (stride !== null) (stack as Numbers).copyWithin(0, stride);
        else for (let k = 1; k < stackSize; k++) space.write(stack, k - 1, copyOf(space.read(stack, k)));
      }

      return {
        observationSpace: outside,
        state,
        observe(from, i, to, o, row, first) {
          const stack = state.stacks[row];
          if (!first) shift(stack);
          else
            for (let k = 0; k < stackSize - 1; k++)
              if (pad === null) copyRow(from.observation, i, stack, k);
              else space.write(stack, k, pad);
          copyRow(from.observation, i, stack, stackSize - 1);
          outside.write(to.observation, o, stack);
        },
      };
    },
  };
}
