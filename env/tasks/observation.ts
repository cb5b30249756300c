/** Observations of fixed size: `slots` × 16 features of requests (`features.ts`), empty slots 0; then 10 features of the engine. */
import { type BoxSpace, box } from '../gym/spaces/box.js';
import type { ReplicaView } from '../serving/policy.js';
import { ENGINE_FEATURES, type Features, REQUEST_FEATURES } from './features.js';
import { EMPTY, type Slots } from './slots.js';

/** Bound of what is observed: far beyond any feature. */
export const SEEN = 1e6;

const widthOf = (slots: number): number => slots * REQUEST_FEATURES + ENGINE_FEATURES;

export const slotSpace = (slots: number): BoxSpace<Float32Array> =>
  box(-SEEN, SEEN, { shape: [widthOf(slots)], dtype: 'float32' });

/** Writes who stands in the first `count` slots of a frame, and the engine, into a row; the question counts as asked. */
export function observeSlots(
  view: ReplicaView,
  features: Features,
  slots: Slots,
  count: number,
  frame: number,
  into: Float32Array,
  row: number,
): void {
  let at = row * widthOf(count);
  for (let k = 0; k < count; k++, at += REQUEST_FEATURES) {
    const r = slots.at(frame, k);
    if (r === EMPTY) into.fill(0, at, at + REQUEST_FEATURES);
    else features.request(view, r, into, at);
  }
  features.engine(view, into, at);
  features.asked(view);
}
