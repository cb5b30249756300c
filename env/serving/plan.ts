/** A planned iteration: who takes part with how many tokens. */
import type { Micros } from '../time.js';
import { type BatchShape, copyShape, createShape } from './cost/cost.js';
import type { IdList } from './ids.js';

export interface Plan extends IdList {
  /** Its first entries are so many plain decodes: one token each, no drafts. */
  plain: number;
  /** So many entries hold what a plain decode has in `tokens`, `drafts`, `padding` and `emits`: it need not be written again. Who writes anything else there lowers it. */
  ones: number;
  /** Or so many are decodes with all the drafts they hold, none of them padding. */
  verifying: number;
  tokens: Int32Array;
  /** Of these tokens, the drafts that are verified. */
  drafts: Int32Array;
  /** Drafts that only pad the batch and are always rejected. */
  padding: Uint8Array;
  /** 1 = its known tokens will all be computed, so it samples. */
  emits: Uint8Array;
  /** Evictions of the request when it was planned: later ones make its output stale. */
  evictions: Int32Array;
  readonly shape: BatchShape;
  length: Micros;
  /** Time the device needs for it (asynchronous engines). */
  device: Micros;
}

export function createPlan(room: number): Plan {
  return {
    ids: new Int32Array(room),
    n: 0,
    plain: 0,
    ones: 0,
    verifying: 0,
    tokens: new Int32Array(room),
    drafts: new Int32Array(room),
    padding: new Uint8Array(room),
    emits: new Uint8Array(room),
    evictions: new Int32Array(room),
    shape: createShape(),
    length: 0,
    device: 0,
  };
}

/** Copies a plan into another of the same room. What has ended is only looked at: ids and tokens; one in flight is copied whole. */
export function copyPlan(from: Plan, to: Plan, whole: boolean): void {
  const { n } = from;
  to.n = n;
  to.plain = from.plain;
  to.ones = 0;
  to.verifying = from.verifying;
  to.length = from.length;
  to.device = from.device;
  copyShape(from.shape, to.shape);
  to.ids.set(from.ids.subarray(0, n));
  to.tokens.set(from.tokens.subarray(0, n));
  if (!whole) return;
  to.drafts.set(from.drafts.subarray(0, n));
  to.padding.set(from.padding.subarray(0, n));
  to.emits.set(from.emits.subarray(0, n));
  to.evictions.set(from.evictions.subarray(0, n));
}
