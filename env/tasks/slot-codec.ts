/** The K oldest requests in K slots: observations and actions of fixed size, for networks of fixed size. */
import { box } from '../gym/spaces/box.js';
import type { Episode, Scheduler } from '../serving/policy.js';
import { type Asking, type AskingOptions, createAsking } from './asking.js';
import type { Codec } from './codec.js';
import { createFeatures, type Features } from './features.js';
import type { Heads } from './heads.js';
import { observeSlots, slotSpace } from './observation.js';
import { createResidual, type Residual } from './residual.js';
import { createSlots, type Slots } from './slots.js';

export interface SlotOptions extends AskingOptions, Heads {
  /** The heuristic that the agent adds to. */
  readonly base: () => Scheduler;
  /** Slots. */
  readonly slots: number;
  /** At ±1 the rank head multiplies or divides a rank by e^span. */
  readonly span: number;
}

/**
 * Observation: `slots` × 16 features of requests (`features.ts`), oldest first, empty slots 0; then 10 features of the engine.
 * Action: `slots` × heads of requests, then heads of everyone, all in −1 … 1. Requests beyond the slots are the heuristic's.
 */
export function slotCodec(options: SlotOptions): () => Codec<Float32Array, Float32Array, Float32Array> {
  const { base, perRequest, forAll, slots: count, span } = options;
  const heads = perRequest.length;
  const actions = count * heads + forAll.length;
  const observationSpace = slotSpace(count);
  const actionSpace = box(-1, 1, { shape: [actions], dtype: 'float32' });
  const scope = base().scope ?? 'changed';
  return () => {
    let asking: Asking;
    let features: Features;
    let slots: Slots;
    let residual: Residual;
    return {
      observationSpace,
      actionSpace,
      maskWidth: 0,
      scope,
      reset(episode: Episode, frames) {
        asking = createAsking(episode, options);
        features = createFeatures(episode);
        slots = createSlots(episode, count, frames);
        residual = createResidual(episode, { base, perRequest, forAll, span });
      },
      asks(view) {
        slots.follow(view);
        features.follow(view);
        return asking.due(view);
      },
      observe(view, into, row, frame) {
        slots.show(frame);
        observeSlots(view, features, slots, count, frame, into, row);
      },
      shown: (frame) => slots.of(frame),
      take(_view, action, frame) {
        residual.set(slots.of(frame), slots.filled(frame), action);
        residual.setAll(action, count * heads);
        return false;
      },
      decide(view, out) {
        residual.decide(view, out);
        asking.wake(out);
      },
      writeLate: (running, out) => residual.writeLate(running, out),
    };
  };
}
