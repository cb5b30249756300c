/**
 * ALISE: priority queues by speculated remaining time, with KV swapped by the wait ahead (Zhao and Wang 2024, arXiv 2410.23537).
 *
 *     T = remaining · step              step: the believed time of an iteration that decodes this request alone
 *     rank = (queue p, arrival)         p = min{ p : quantum·2^p ≥ T }
 *
 * Of requests in one queue the earlier goes first: small differences between predictions, and small progress, displace
 * nobody. As it is served a request rises. Where the engine has a host pool, the last in rank leave it ahead of need and
 * come back before their turn (see `swap-ahead`).
 *
 * State kept: none. Information: believed length, believed cost. Only the abstract was at hand: the borders of the queues
 * are those of FastServe, their quantum (100 ms) is ours, and rank stands for the estimated wait. Not here: compressing KV.
 */
import { createShape } from '../../env/serving/cost/cost.js';
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';
import { queueFor } from './feedback-queues.js';
import { swapAhead } from './swap-ahead.js';

export interface AliseOptions {
  /** Longest remaining time in the first queue [100 ms]. */
  readonly quantum?: Micros;
  /** Share of the blocks that swapping ahead keeps free; 0 = swaps nothing ahead [.05]. */
  readonly spare?: number;
}

/** Ranks of a queue lie this far apart: room for arrivals up to 2^44 µs. */
const QUEUE = 2 ** 44;

export const alise = ({ quantum = 100_000, spare = 0.05 }: AliseOptions = {}): Scheduler => {
  let remainingTime: (r: RequestId) => Micros;
  let swap: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'alise',
    reset(episode) {
      remainingTime = timeLeft(episode);
      swap = swapAhead(episode, spare);
    },
    decide(view, out) {
      const { ids, n } = view.changed;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        out.rank[r] = queueFor(remainingTime(r), quantum) * QUEUE + view.requests.arrival[r];
      }
      swap(view, out);
    },
  };
};

/** µs that r is believed to need alone for the tokens it still lacks. */
function timeLeft({ cost, requests, beliefs }: Episode): (r: RequestId) => Micros {
  const shape = createShape();
  shape.sequences = 1;
  shape.tokens = 1;
  shape.decodeTokens = 1;
  shape.decodes = 1;
  return (r) => {
    shape.context = requests.known[r];
    shape.longest = requests.known[r];
    return Math.max(1, beliefs.length[r] - requests.generated[r]) * cost.iteration(shape);
  };
}
