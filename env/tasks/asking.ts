/** When an agent is asked: on events and after a longest interval, after that interval only, or in every iteration. */
import { type BatchDecision, Cause, type Episode, type ReplicaView } from '../serving/policy.js';
import type { Micros } from '../time.js';

export interface AskingOptions {
  /** `event`: someone came, left, or was short of memory; `period`: the longest interval is over ['event']. */
  readonly every?: 'event' | 'iteration' | 'period';
  /** Longest time between two questions while someone is here, µs [1 s]. */
  readonly longest?: Micros;
}

export interface Asking {
  /** Whether the agent is asked in this turn. To be called once a turn. */
  due(view: ReplicaView): boolean;
  /** Sees to it that the next turn is not later than the next question. */
  wake(out: BatchDecision): void;
}

const EVENTS = Cause.arrival | Cause.finish | Cause.shortage | Cause.first;

export function createAsking({ cells }: Episode, { every = 'event', longest = 1e6 }: AskingOptions = {}): Asking {
  if (every === 'iteration')
    return {
      due: () => true,
      wake(out) {
        out.wakeIn = 1;
      },
    };
  const causes = every === 'event' ? EVENTS : 0;
  const next = cells(Float64Array, 1); // the latest time of the next question
  return {
    due({ cause, now }) {
      if ((cause & causes) === 0 && now < next[0]) return false;
      next[0] = now + longest;
      return true;
    },
    wake(out) {
      if (next[0] < out.wakeAt) out.wakeAt = next[0];
    },
  };
}
