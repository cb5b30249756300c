/**
 * FairBatching: an iteration may take as long as its decodes have slack, and prompts use it (Lyu et al. 2025, arXiv 2510.14392).
 *
 *     due of the j-th token = arrival + ttft + (j − 1)·tpot        an envelope: who is ahead has earned slack
 *     time   = least max(tpot, slack) of those who decode          of the iteration
 *     tokens = the most whose believed time is at most that
 *     rank   = decodes that would be late if they sat these tokens out, then prompts, then the other decodes; in each by due
 *
 * Engines that serve all decodes first (Sarathi) save slack that nobody needs while prompts wait; here it is spent on them.
 *
 * State kept: none. Information: what its class was promised, the believed cost. Limits of the source and when a decode is urgent were
 * not found: ours are 2 s and 60 ms where nothing was promised, and slack < their time + tpot. Ours too: 128 tokens of prompts at least; the order of groups holds only where the engine packs
 * as ranked (`phases: as-ranked`), elsewhere decodes still go first and the tokens are what remains. Its estimate of load for routers
 * is not here.
 */
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';
import { createBelievedBatch } from './believed-batch.js';

export interface FairBatchingOptions {
  /** Limit of the first token, where its class was promised none [2 s]. */
  readonly ttft?: Micros;
  /** Limit of each further token, likewise [60 ms]. */
  readonly tpot?: Micros;
}

const LEAST_PROMPT = 128;
/** Ranks of a group lie this far apart: longer than any episode. */
const GROUP = 2 ** 50;

export const fairBatching = (options: FairBatchingOptions = {}): Scheduler => {
  let decide: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'fair-batching',
    scope: 'all', // urgency moves with time
    reset(episode) {
      decide = start(episode, options);
    },
    decide(view, out) {
      decide(view, out);
    },
  };
};

function start(episode: Episode, { ttft = 2e6, tpot = 60_000 }: FairBatchingOptions) {
  const { arrival, slo, generated, computed } = episode.requests;
  const { promises, rules } = episode;
  const batch = createBelievedBatch(episode);
  const first = (r: RequestId): Micros => promises[slo[r]]?.ttft ?? ttft;
  const pace = (r: RequestId): Micros => promises[slo[r]]?.tpot ?? tpot;
  const due = (r: RequestId): Micros => arrival[r] + first(r) + generated[r] * pace(r);
  const decodes = (r: RequestId): boolean => generated[r] > 0 && computed[r] > 0;

  /** µs that the next iteration may take. */
  function allowed({ running: { ids, n }, now }: ReplicaView): Micros {
    let least = Infinity;
    for (let k = 0; k < n; k++) if (decodes(ids[k])) least = Math.min(least, Math.max(pace(ids[k]), due(ids[k]) - now));
    return least;
  }

  /** The most tokens that take no longer. */
  function tokensWithin(time: Micros, least: number): number {
    let low = Math.min(rules.tokenBudget, least);
    let high = rules.tokenBudget + 1;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (batch.time(middle) <= time) low = middle;
      else high = middle;
    }
    return low;
  }

  return (view: ReplicaView, out: BatchDecision): void => {
    const { live, now } = view;
    out.tokenBudget = tokensWithin(allowed(view), batch.read(view.running) + LEAST_PROMPT);
    const time = batch.time(out.tokenBudget);
    for (let k = 0; k < live.n; k++) {
      const r = live.ids[k];
      const urgent = due(r) - now < time + pace(r);
      out.rank[r] = due(r) + GROUP * (decodes(r) ? (urgent ? 0 : 2) : 1);
    }
  };
}
