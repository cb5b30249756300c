/** A network over a queue of any length that is shown some requests in slots, with its outputs in the same slots: how trained scorers and index policies choose. */
import { queueNet } from '../../predictors/queue-net.js';
import type { Weights } from '../../predictors/weights.js';
import { indexNet, isIndexNet } from '../index-net.js';
import type { Seats } from './gaussian-choice.js';

export interface SlotNet {
  readonly inputs: number;
  readonly outputs: number;
  /** Outputs for an observation, borrowed until the next call; 0s for empty slots. */
  forward(x: ArrayLike<number>): Float32Array;
  /** Who was here in the last call. */
  readonly seats: Seats;
}

/** @param outputs how many there must be: they tell the number of slots @throws Error naming what does not fit */
export function slotNet(weights: Weights, outputs: number): SlotNet {
  const { features, shared, heads, forAll, forward } = isIndexNet(weights) ? indexNet(weights) : queueNet(weights);
  const slots = (outputs - forAll) / heads;
  if (!Number.isInteger(slots))
    throw new Error(`${outputs} outputs, expected ${heads} for each of some slots and ${forAll} for everyone`);
  const requests = new Float32Array(slots * features);
  const engine = new Float32Array(shared);
  const slotOf = new Int32Array(slots);
  const taken = new Uint8Array(slots);
  const ofEach = new Float32Array(slots * heads);
  const ofAll = new Float32Array(forAll);
  const out = new Float32Array(outputs);
  return {
    inputs: slots * features + shared,
    outputs,
    seats: { slots, heads, here: (_row, slot) => taken[slot] === 1 },
    forward(x) {
      let n = 0;
      for (let slot = 0; slot < slots; slot++) {
        const at = slot * features;
        taken[slot] = x[at + features - 1] === 0 ? 0 : 1;
        if (taken[slot] === 0) continue;
        for (let k = 0; k < features; k++) requests[n * features + k] = x[at + k];
        slotOf[n++] = slot;
      }
      for (let k = 0; k < shared; k++) engine[k] = x[slots * features + k];
      forward(requests, n, engine, ofEach, ofAll);
      out.fill(0);
      for (let i = 0; i < n; i++)
        for (let head = 0; head < heads; head++) out[slotOf[i] * heads + head] = ofEach[i * heads + head];
      out.set(ofAll, slots * heads);
      return out;
    },
  };
}
