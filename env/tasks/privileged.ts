/** The truth of an episode, for learners only: a critic, a baseline, a bound. */
import type { Engine } from '../serving/engine.js';

export interface Privileged {
  /** Who is here, by id. */
  readonly ids: Int32Array;
  /** Tokens each of them will have generated when it finishes. */
  readonly outputTokens: Int32Array;
  /** Tokens each of them still has to generate. */
  readonly remaining: Int32Array;
  /** Seconds from now until the next requests arrive, of those whose arrival is known to nobody yet: at most 16. */
  readonly nextArrivals: Float64Array;
}

const AHEAD = 16;

export function privileged({ replica, setup, delivered }: Engine): Privileged {
  const { live, hidden, requests, now } = replica;
  const ids = live.ids.slice(0, live.n).sort();
  const outputTokens = Int32Array.from(ids, (r) => hidden.end[r]);
  const { arrival } = setup.workload;
  return {
    ids,
    outputTokens,
    remaining: outputTokens.map((tokens, k) => tokens - requests.generated[ids[k]]),
    nextArrivals: Float64Array.from(arrival.slice(delivered, delivered + AHEAD), (time) => (time - now) * 1e-6),
  };
}
