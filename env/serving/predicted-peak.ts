/**
 * NanoFlow's admission test: a request is admitted if the most KV that everybody will hold at any time, should lengths be
 * as believed, fits in the pool. Beliefs that are running means make it the published one, "average lengths"
 * (its exact formula is not published; this one is the peak itself).
 *
 * Everyone grows by a token an iteration and is gone after its believed rest. The peak is at the moment before someone
 * goes: with rests in falling order, max over k of (Σ of the first k of KV + k · rest of the k-th).
 */
import type { Replica } from './replica.js';

/** Rests and KV of everyone, one number each: rest · SHIFT + KV. */
let rows = new Float64Array(64);
const SHIFT = 2 ** 26;

/** True if the predicted peak with r beside those who run fits. */
export function peakAllows(s: Replica, r: number): boolean {
  const { running } = s;
  const n = running.n + 1;
  if (rows.length < n) rows = new Float64Array(2 * n);
  for (let k = 0; k < running.n; k++) rows[k] = rowOf(s, running.ids[k]);
  rows[running.n] = rowOf(s, r);
  rows.subarray(0, n).sort();
  let kv = 0;
  let peak = 0;
  for (let k = n - 1; k >= 0; k--) {
    const rest = Math.floor(rows[k] / SHIFT);
    kv += rows[k] - rest * SHIFT;
    peak = Math.max(peak, kv + (n - k) * rest);
  }
  return peak <= (s.rules.blocks - s.headroom) * s.rules.blockSize;
}

function rowOf(s: Replica, r: number): number {
  const { generated, known } = s.requests;
  const rest = Math.min(Math.max(1, Math.ceil(s.beliefs.length[r] - generated[r])), SHIFT - 1);
  return rest * SHIFT + Math.min(known[r], SHIFT - 1);
}
