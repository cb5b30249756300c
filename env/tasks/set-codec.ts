/** Everybody who is here, as a set: for policies that score each request by itself, whatever the queue's length. */
import { box } from '../gym/spaces/box.js';
import { dict } from '../gym/spaces/dict.js';
import { sequence } from '../gym/spaces/sequence.js';
import type { Episode } from '../serving/policy.js';
import { type Asking, createAsking } from './asking.js';
import type { Codec } from './codec.js';
import { createFeatures, ENGINE_FEATURES, type Features, REQUEST_FEATURES } from './features.js';
import { SEEN } from './observation.js';
import { createResidual, type Residual } from './residual.js';
import type { SlotOptions } from './slot-codec.js';
import { createSlots, type Slots } from './slots.js';

/** Rows of requests one after the other, oldest first, and numbers of the engine. */
export interface SetObservation {
  engine: Float32Array;
  requests: Float32Array;
}

/** Heads of the shown requests, row by row, and of everyone. */
export interface SetAction {
  engine: Float32Array;
  requests: Float32Array;
}

export interface SetBatch {
  engine: Float32Array;
  requests: Float32Array[];
}

type SetCodec = Codec<SetObservation, SetAction, SetBatch>;

/**
 * Observation: `requests`, 16 features (`features.ts`) a row, oldest first; `engine`, 10 numbers.
 * Action: `requests`, a row of heads for each row that was shown; `engine`, heads of everyone; all in −1 … 1. Who is given no row
 * is left to the heuristic; rows beyond those shown are nobody's.
 */
export function setCodec(options: Omit<SlotOptions, 'slots'>): () => SetCodec {
  const { base, perRequest, forAll, span } = options;
  const heads = perRequest.length;
  const observationSpace = dict({
    engine: box(-SEEN, SEEN, { shape: [ENGINE_FEATURES], dtype: 'float32' }),
    requests: sequence(box(-SEEN, SEEN, { shape: [REQUEST_FEATURES], dtype: 'float32' }), { stack: true }),
  }) as SetCodec['observationSpace'];
  const actionSpace = dict({
    engine: box(-1, 1, { shape: [forAll.length], dtype: 'float32' }),
    requests: sequence(box(-1, 1, { shape: [heads], dtype: 'float32' }), { stack: true }),
  }) as SetCodec['actionSpace'];
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
        slots = createSlots(episode, episode.requests.arrival.length, frames);
        residual = createResidual(episode, { base, perRequest, forAll, span });
      },
      asks(view) {
        slots.follow(view);
        features.follow(view);
        return asking.due(view);
      },
      observe(view, into, row, frame) {
        slots.show(frame);
        const n = slots.filled(frame);
        const rows = new Float32Array(n * REQUEST_FEATURES);
        features.requests(view, slots.of(frame), n, rows, 0);
        into.requests[row] = rows;
        features.engine(view, into.engine, row * ENGINE_FEATURES);
        features.asked(view);
      },
      take(_view, action, frame) {
        residual.set(slots.of(frame), slots.filled(frame), action.requests);
        residual.setAll(action.engine, 0);
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
