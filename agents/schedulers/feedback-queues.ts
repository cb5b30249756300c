/** Queues by level, each with twice the quantum of the one above: what the multi-level feedback schedulers share. */
import type { BatchDecision, Episode, ReplicaView, RequestId } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';
import { watchUnserved } from './unserved.js';

export interface FeedbackOptions {
  /** Time in batches that the first queue grants; queue p grants quantum·2^p [10 ms]. */
  readonly quantum?: Micros;
  /** Where in the next queue those stand who have used theirs [the scheduler's]. */
  readonly demoted?: 'back' | 'front';
  /** Who has had no tokens for so long goes to the front of the first queue [3 s; Infinity: nobody does]. */
  readonly starvation?: Micros;
  /** Iterations between two looks for such [1,000]. */
  readonly every?: number;
}

/** Ranks of a queue lie this far apart: room for times of entry up to 2^43 µs on both sides. */
const QUEUE = 2 ** 44;
/** The last queue: its quantum is longer than any episode. */
const LAST = 63;

/** The first queue whose quantum is at least `time`. */
export const queueFor = (time: Micros, quantum: Micros): number =>
  Math.min(LAST, Math.max(0, Math.ceil(Math.log2(time / quantum))));

/**
 * Ranks by (queue, place in it). A newcomer stands at the back of the queue that `join` names; who has used more than the
 * quantum of its queue sinks by one; everyone else keeps its place, which is the front, since it was served.
 */
export function feedbackQueues(
  episode: Episode,
  { quantum = 10_000, demoted = 'back', starvation = 3e6, every = 1000 }: FeedbackOptions,
  join: (r: RequestId) => number,
): (view: ReplicaView, out: BatchDecision) => void {
  const { service, arrival } = episode.requests;
  const unserved = watchUnserved(episode, starvation);
  const queue = episode.column(Uint8Array); // 1 more than its number; 0 = in none yet
  const entered = episode.column(Float64Array); // service when it entered
  const turns = episode.cells(Float64Array, 1); // asked every iteration: turns count them
  const quanta = Float64Array.from({ length: LAST }, (_, p) => quantum * 2 ** p);

  function enter({ rank }: BatchDecision, r: RequestId, p: number, place: number): void {
    queue[r] = p + 1;
    entered[r] = service[r];
    rank[r] = p * QUEUE + place;
  }

  return ({ changed, live, now }, out) => {
    for (let k = 0; k < changed.n; k++) {
      const r = changed.ids[k];
      unserved.look(r, now);
      const p = queue[r] - 1;
      if (p < 0) enter(out, r, join(r), arrival[r]);
      else if (p < LAST && service[r] - entered[r] > quanta[p]) {
        enter(out, r, p + 1, demoted === 'back' ? now : -now);
      }
    }
    if (++turns[0] % every !== 0) return;
    const starved = unserved.overdue(live, now);
    for (let k = 0; k < starved.n; k++) {
      enter(out, starved.ids[k], 0, -now);
      out.touch(starved.ids[k]);
    }
  };
}
