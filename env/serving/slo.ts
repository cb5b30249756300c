/** Service-level objectives: what a request was promised, and whether it was kept. */
import type { Micros } from '../time.js';
import type { Replica } from './replica.js';
import { State } from './requests.js';

/** Most µs for a request of one class; what is left out is not promised. Its own deadline counts besides, in every class. */
export interface Slo {
  /** Arrival to first token. */
  readonly ttft?: Micros;
  /** Time per output token after the first. */
  readonly tpot?: Micros;
  /** Arrival to last token. */
  readonly jct?: Micros;
}

/**
 * True if r, which left or is still here at `time`, has broken a promise so far. One that is still here has broken it if
 * its time so far is over the limit (TPOT is only judged at the end); one that left unserved always has.
 */
export function broken(
  s: Replica,
  r: number,
  time: Micros,
  { ttft = Infinity, tpot = Infinity, jct = Infinity }: Slo,
): boolean {
  const { requests } = s;
  const { arrival, deadline, firstToken, generated, state } = requests;
  if (state[r] === State.aborted || state[r] === State.rejected) return true;
  const first = generated[r] > 0 ? firstToken[r] : time;
  if (first - arrival[r] > ttft || time - arrival[r] > jct || time > deadline[r]) return true;
  return state[r] === State.finished && tpotOf(s, r) > tpot;
}

/** From when on `broken` is true of r, which left at `time`; Infinity if it kept all promises. */
export function brokenFrom(s: Replica, r: number, time: Micros, promise: Slo): Micros {
  if (!broken(s, r, time, promise)) return Infinity;
  const { ttft = Infinity, jct = Infinity } = promise;
  const { arrival, deadline, firstToken, generated } = s.requests;
  const first = generated[r] > 0 ? firstToken[r] : time;
  const limit = Math.min(first - arrival[r] > ttft ? arrival[r] + ttft : Infinity, arrival[r] + jct, deadline[r]);
  return Math.min(time, limit + 1); // a limit itself is kept
}

/** (last token − first token) ÷ (generated − 1); NaN with fewer than two tokens. */
export function tpotOf(s: Replica, r: number): number {
  const { firstToken, lastToken, generated } = s.requests;
  return generated[r] > 1 ? (lastToken[r] - firstToken[r]) / (generated[r] - 1) : Number.NaN;
}
