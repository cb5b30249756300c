/** Replay memory: the last transitions, the oldest overwritten first. */

export interface Replay {
  readonly capacity: number;
  readonly observation: Float32Array;
  readonly action: Int32Array;
  readonly reward: Float64Array;
  readonly elapsed: Float64Array;
  /** 1 = nothing follows. Cut off is not over. */
  readonly terminated: Int32Array;
  /** What was reached, and what is legal there. */
  readonly successor: Float32Array;
  readonly mask: Int32Array;
  /** How many were ever put in. */
  readonly count: Float64Array;
}

/** @param maskWidth actions that masks tell of; 0 = none */
export const createReplay = (capacity: number, size: number, maskWidth: number): Replay => ({
  capacity,
  observation: new Float32Array(capacity * size),
  action: new Int32Array(capacity),
  reward: new Float64Array(capacity),
  elapsed: new Float64Array(capacity),
  terminated: new Int32Array(capacity),
  successor: new Float32Array(capacity * size),
  mask: new Int32Array(Math.max(1, capacity * maskWidth)),
  count: new Float64Array(1),
});
