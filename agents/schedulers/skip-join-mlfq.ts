/**
 * FastServe: skip-join multi-level feedback queue with proactive swap (Wu et al., NSDI 2026, arXiv 2305.05920).
 *
 *     queue p grants quantum·2^p          joins p = min{ p : quantum·2^p ≥ prefill time of the prompt }
 *
 * A long prompt skips the queues that its first iteration would use up, and so does not hold up short ones there. Who has
 * used its quantum goes to the front of the next queue; every 1,000 iterations those who had no tokens for 3 s go to the
 * front of the first. Where the engine has a host pool, KV of the last in rank is swapped out ahead of need (`swap-ahead`).
 *
 * State kept: as `mlfq`. Information: none of lengths; the believed cost of a prompt. Source: the authors' scheduler.py.
 * Ours: the prefill time is that of one iteration with the whole prompt and nothing else; swapping goes by rank. It moves
 * much KV: without a host pool (`hostBlocks`, `onEviction: swap`) and with memory short it computes nearly everything again.
 */
import { createShape } from '../../env/serving/cost/cost.js';
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';
import { type FeedbackOptions, feedbackQueues, queueFor } from './feedback-queues.js';
import { swapAhead } from './swap-ahead.js';

export interface SkipJoinOptions extends FeedbackOptions {
  /** Share of the blocks that proactive swapping keeps free; 0 = swaps nothing ahead [0.05]. */
  readonly spare?: number;
}

export const skipJoinMlfq = ({ spare = 0.05, demoted = 'front', ...options }: SkipJoinOptions = {}): Scheduler => {
  let sort: (view: ReplicaView, out: BatchDecision) => void;
  let swap: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'skip-join-mlfq',
    reset(episode) {
      const prefillTime = prefillAlone(episode);
      sort = feedbackQueues(episode, { ...options, demoted }, (r) =>
        queueFor(prefillTime(r), options.quantum ?? 10_000),
      );
      swap = swapAhead(episode, spare);
    },
    decide(view, out) {
      sort(view, out);
      swap(view, out);
    },
  };
};

/** µs that the policy believes r's prompt takes alone in one iteration. */
function prefillAlone({ cost, requests }: Episode): (r: RequestId) => Micros {
  const shape = createShape();
  shape.sequences = 1;
  shape.prefills = 1;
  return (r) => {
    const prompt = requests.promptTokens[r];
    shape.tokens = prompt;
    shape.prefillTokens = prompt;
    shape.prefillWork = (prompt * prompt) / 2;
    shape.prefillReads = prompt;
    return cost.iteration(shape);
  };
}
