/** What observes the loop. Recorders look, they never write. */
import type { Micros } from '../time.js';
import type { Plan } from './plan.js';
import type { Replica } from './replica.js';

/** Every hook is optional; none may keep what it is lent. */
export interface Recorder {
  /** A request was delivered; it counts in the system from its arrival. */
  arrived?(s: Replica, r: number): void;
  /** A batch was formed: `s.plan`, `s.evicted`, `s.admitted`. */
  planned?(s: Replica): void;
  /** A batch of one iteration ended at `s.now`, which began at `from`. Called before its tokens are committed. */
  ending?(s: Replica, plan: Plan, from: Micros): void;
  /** The batch that began at `from` was committed, or repeated until now, and finished requests have left. */
  committed?(s: Replica, plan: Plan, from: Micros): void;
  /**
   * The running batch was repeated m times: lengths s.times[0 … m − 1], s.now is the end of the last, every running request
   * has m tokens more. Called before finished requests leave.
   */
  repeated?(s: Replica, m: number, from: Micros): void;
  /** A request left, at `time` ≤ `s.now`: see `s.requests.state`. */
  left?(s: Replica, r: number, time: Micros): void;
  /** What it has seen so far, for a snapshot of the engine; a recorder without it goes on as if nothing had been taken back. */
  save?(): unknown;
  load?(saved: unknown): void;
  /** The clock passed from `from` to `s.now` with nothing under way. */
  idle?(s: Replica, from: Micros): void;
}
