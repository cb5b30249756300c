/**
 * What many replicas need of one: they share the columns of an episode, so a request that moves is an id that changes
 * lists. Who routes and when is not decided here.
 */
import { withdraw } from './commit.js';
import { announceNext as announce, join, neverFits, nextArrival, receive } from './delivery.js';
import { act, createEngine, type Engine, type Setup } from './engine.js';
import { expectExits } from './exits.js';
import { indexOfId, pushId, removeIdAt } from './ids.js';
import { blocksFor, claimHit, grow } from './kv.js';
import { toTurnBefore } from './loop.js';
import { dequeue, run } from './order.js';
import type { RequestId } from './policy.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';

/**
 * An engine beside `home` on the same episode: its own rules, cost, policy, pool and clock, the same requests and beliefs.
 * Nothing arrives at it by itself: see `take`.
 * @throws Error if it needs other columns than `home` has
 */
export const createBeside = (home: Engine, setup: Omit<Setup, 'workload' | 'predictor' | 'capacity'>): Engine =>
  createEngine({ ...setup, workload: home.setup.workload }, home);

/** Advances to the first border at or after `time`, its own policy answering; an idle engine's clock is set to `time`. */
export function advanceTo(engine: Engine, time: number): void {
  while (toTurnBefore(engine, time)) act(engine);
}

/**
 * Announces the next request of the workload to the episode of `home`, which must not deliver it itself. Returns its id.
 * `nextArrival` says when that is: a follower comes only when the one it follows has left some engine of the episode.
 */
export function announceNext(home: Engine): RequestId {
  if (nextArrival(home) === Infinity) {
    throw new Error(`announceNext: nobody of ${home.setup.workload.name} is to come, as things stand`);
  }
  return announce(home);
}

/** An announced request joins the queue of an engine whose clock is at or after its arrival; rejected if it can never fit there. */
export function take(engine: Engine, r: RequestId): void {
  const s = engine.replica;
  const { requests, hidden } = s;
  if (hidden.where[r] !== Where.nowhere || requests.state[r] >= State.finished) {
    throw new Error(`take: request ${r} is in an engine already or has left`);
  }
  if (requests.arrival[r] > s.now)
    throw new Error(`take: request ${r} arrives at ${requests.arrival[r]} µs, the engine is at ${s.now} µs`);
  engine.outcome = 'running';
  receive(s, r);
}

/**
 * Moves a request from one engine to another of the same episode, between iterations. With its KV it goes on where it
 * stands if the other has blocks (and, where batches are formed running first, a seat) for it; without, and if not, what it
 * had computed is computed again. The other is advanced to the moment first; what its clock is beyond counts there.
 * @returns whether its KV went with it
 * @throws Error if it is not in `from`, takes part in a batch in flight, or can never fit where it should go
 */
export function handOver(from: Engine, r: RequestId, to: Engine, withKv: boolean): boolean {
  const a = from.replica;
  const b = to.replica;
  const { requests, hidden } = a;
  if (b.requests !== requests) throw new Error('handOver: the engines do not share an episode');
  const place = hidden.livePlace[r];
  if (hidden.where[r] === Where.nowhere || place >= a.live.n || a.live.ids[place] !== r)
    throw new Error(`handOver: request ${r} is not in the engine it should leave`);
  if (a.flight && hidden.pending[r] > 0) throw new Error(`handOver: request ${r} is in a batch in flight`);
  if (neverFits(b, r)) throw new Error(`handOver: request ${r} can never fit in the engine it should go to`);
  const computed = requests.computed[r];
  catchUp(to, a.now);
  depart(a, r);
  const goesOn = withKv && computed > 0 && roomFor(b, r, computed);
  requests.computed[r] = 0;
  requests.state[r] = State.waiting;
  to.outcome = 'running';
  const { decision } = b;
  decision.hold[r] = 0;
  decision.keep[r] = 0;
  decision.place[r] = 0;
  join(b, r, a.now);
  if (goesOn) settleIn(b, r, computed);
  else hidden.lost[r] = Math.max(hidden.lost[r], computed);
  for (const recorder of b.recorders) recorder.arrived?.(b, r);
  return goesOn;
}

/** Nothing that moves arrives before it left. */
function catchUp(engine: Engine, time: number): void {
  const s = engine.replica;
  advanceTo(engine, time);
  if (s.live.n === 0 && !s.flight) s.now = Math.max(s.now, time); // one that has drained does not move by itself
}

/** r is in none of the lists any more; its policy is told that it left. */
function depart(s: Replica, r: RequestId): void {
  withdraw(s, r);
  const at = indexOfId(s.changed, r);
  if (at >= 0) removeIdAt(s.changed, at);
  s.hidden.marked[r] = 0;
  s.blockedHead = -1;
  expectExits(s);
}

function roomFor(s: Replica, r: RequestId, computed: number): boolean {
  const { rules } = s;
  if (rules.candidates === 'running-first' && s.running.n >= rules.maxBatch) return false;
  if (s.requests.known[r] - computed < 1 || computed >= rules.maxModelLen) return false;
  return blocksFor(computed, rules.blockSize) <= s.free - s.reservedBlocks && s.residents.n < rules.maxResident;
}

/** Blocks for what it brings; by rank it is a paused resident, running first it has a seat at once. */
function settleIn(s: Replica, r: RequestId, computed: number): void {
  const { requests } = s;
  if (s.prefix) s.prefix.found.n = 0; // its blocks come with it: none is looked up
  claimHit(s, r);
  grow(s, r, computed);
  requests.computed[r] = computed;
  s.steady = false;
  s.reshape = true;
  if (s.rules.candidates === 'by-rank') {
    requests.state[r] = State.paused;
    pushId(s.residents, r);
    return;
  }
  dequeue(s, r);
  requests.state[r] = State.running;
  run(s, r);
}
