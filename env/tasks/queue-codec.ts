/** Which of those who are here is served: for an engine that serves one request at a time. */
import { discrete } from '../gym/spaces/discrete.js';
import type { Episode, ReplicaView, RequestId } from '../serving/policy.js';
import { type Asking, type AskingOptions, createAsking } from './asking.js';
import type { Codec } from './codec.js';
import { createFeatures, type Features } from './features.js';
import { observeSlots, slotSpace } from './observation.js';
import { createSlots, EMPTY, type Slots } from './slots.js';

export interface QueueOptions extends AskingOptions {
  /** Most requests that are shown: the oldest. */
  readonly slots: number;
}

/** Rank of who is served: before all. */
const SERVED = -1;

/**
 * Observation: `slots` × 16 features (`features.ts`) of the oldest requests, whoever is served among them; then 10 of the engine.
 * Action: the slot of the request that is served from now on. All others keep order of arrival behind it.
 */
export function queueCodec(options: QueueOptions): () => Codec<Float32Array, number, Float32Array> {
  const { slots: count } = options;
  const observationSpace = slotSpace(count);
  const actionSpace = discrete(count);
  return () => {
    let asking: Asking;
    let features: Features;
    let slots: Slots;
    /** Who is served, plus 1; 0 = nobody was chosen. */
    let served: Int32Array;
    let before: RequestId = EMPTY; // who was until this answer

    const isHere = ({ live: { ids, n } }: ReplicaView, r: RequestId): boolean => {
      for (let k = 0; k < n; k++) if (ids[k] === r) return true;
      return false;
    };

    return {
      observationSpace,
      actionSpace,
      maskWidth: count,
      reset(episode: Episode, frames) {
        asking = createAsking(episode, options);
        features = createFeatures(episode);
        slots = createSlots(episode, count, frames);
        served = episode.cells(Int32Array, 1);
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
      mask(view, into, from, frame) {
        let legal = 0;
        for (let k = 0; k < count; k++) {
          const r = slots.of(frame)[k];
          legal += into[from + k] = r !== EMPTY && isHere(view, r) ? 1 : 0;
        }
        if (legal === 0) into[from] = 1; // nobody that is shown is here: any answer leaves order of arrival
      },
      take(_view, action, frame) {
        before = served[0] - 1;
        served[0] = slots.of(frame)[action] + 1;
        return false;
      },
      decide(view, out) {
        const { ids, n } = view.changed;
        for (let k = 0; k < n; k++) out.rank[ids[k]] = ids[k];
        const now = served[0] - 1;
        if (before !== EMPTY && before !== now) {
          out.rank[before] = before;
          out.touch(before);
        }
        if (now !== EMPTY) {
          out.rank[now] = SERVED;
          out.touch(now);
        }
        before = EMPTY;
        out.wakeIn = Infinity;
        asking.wake(out);
      },
    };
  };
}
