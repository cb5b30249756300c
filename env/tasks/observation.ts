/** Observations of fixed size: `slots` × 16 features of requests (`features.ts`), empty slots 0; then 10 features of the engine. */
import { type BoxSpace, box } from '../gym/spaces/box.js';
import type { ReplicaView } from '../serving/policy.js';
import { ENGINE_FEATURES, type Features, REQUEST_FEATURES } from './features.js';
import type { Slots } from './slots.js';

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
  const at = row * widthOf(count);
  const n = slots.filled(frame);
  const empty = at + n * REQUEST_FEATURES;
  const end = at + count * REQUEST_FEATURES;
  features.requests(view, slots.of(frame), n, into, at);
  if (empty < end) into.fill(0, empty, end);
  features.engine(view, into, end);
  features.asked(view);
}
