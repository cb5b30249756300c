/** What steps write: a row an environment, so that one array holds the observations of all of them and nothing is allocated in a step. */
import type { Space } from './spaces/space.js';

/** Results of a step of `rows` environments, or of `rows` steps of one. B stores the observations (see `Space.createBatch`). */
export interface Columns<B = unknown> {
  readonly rows: number;
  readonly observation: B;
  readonly reward: Float64Array;
  /** 1 = the task ended by itself: what follows is worth nothing. */
  readonly terminated: Uint8Array;
  /** 1 = cut off from outside: bootstrap from the observation. */
  readonly truncated: Uint8Array;
  /** How long the step took in the environment's own time (seconds where it has a clock, else 1): what discounts and λ go by. */
  readonly elapsed: Float64Array;
  /** 1 = legal in the state that was reached, `width` actions a row; null if the environment has no masks. */
  readonly mask: Uint8Array | null;
  /** Actions a row of `mask` tells of; 0 without masks. */
  readonly width: number;
}

/** Zeroed columns. @param width actions that a mask tells of; 0 = no masks */
export const createColumns = <O, B>(space: Space<O, B>, rows: number, width = 0): Columns<B> => ({
  rows,
  observation: space.createBatch(rows),
  reward: new Float64Array(rows),
  terminated: new Uint8Array(rows),
  truncated: new Uint8Array(rows),
  elapsed: new Float64Array(rows),
  mask: width > 0 ? new Uint8Array(rows * width) : null,
  width,
});
