/**
 * Multi-level feedback queue: everyone starts in the first of many queues and sinks as its service grows.
 *
 * Queue p grants quantum·2^p µs in batches; who has used more moves to the back of queue p + 1. The lowest queue that has
 * somebody goes first. Nothing is known of lengths: what is short leaves from the queues above.
 *
 * State kept: queue, service at entry, time of the last tokens. Source: textbook (Corbató et al. 1962), with quantum and
 * starvation of FastServe (arXiv 2305.05920), whose baseline it is: a long prompt uses up many quanta in its first
 * iteration. Information: none. Ours: one queue down an iteration; preemption is as fine as the engine's iterations.
 */
import type { BatchDecision, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { type FeedbackOptions, feedbackQueues } from './feedback-queues.js';

export const mlfq = (options: FeedbackOptions = {}): Scheduler => {
  let sort: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'mlfq',
    reset(episode) {
      sort = feedbackQueues(episode, options, () => 0);
    },
    decide(view, out) {
      sort(view, out);
    },
  };
};
