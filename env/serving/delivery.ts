/** What comes from outside: requests arrive, clients give up. Both are delivered at the border of an iteration. */

import type { Micros } from '../time.js';
import { fromArrival } from '../workloads/rounds.js';
import { nextComing, popComing } from './coming.js';
import { exitAt, leave } from './commit.js';
import type { Engine } from './engine.js';
import { expectExit, popExit, refreshNextExit } from './exits.js';
import { enlist, enqueue, mark } from './order.js';
import { Cause, NO_CAP } from './policy.js';
import type { Replica } from './replica.js';
import { State } from './requests.js';
import { deliverTransfers, nextTransfer } from './swap.js';
import { unfitFor } from './unfit.js';

/** Delivers everything that happened up to `replica.now`: transfers that ended; then, in order of time, arrivals and those who leave unserved. */
export function deliver(e: Engine): void {
  const s = e.replica;
  if (s.swap) deliverTransfers(s, s.swap);
  for (;;) {
    if (s.exits) refreshNextExit(s);
    const next = e.ownArrivals ? nextArrival(e) : Infinity;
    if (next <= s.now && next <= s.nextExit) receive(s, announceNext(e));
    else if (s.nextExit <= s.now) deliverExit(s);
    else return;
  }
}

/** The next moment at which something comes from outside, or a transfer ends; Infinity = never. */
export function nextEvent(e: Engine): number {
  const s = e.replica;
  if (s.exits) refreshNextExit(s);
  const event = e.ownArrivals ? Math.min(nextArrival(e), s.nextExit) : s.nextExit;
  return s.swap ? Math.min(event, nextTransfer(s.swap)) : event;
}

/** When the next request comes to the episode, at its own time or as a follower; Infinity = nobody, as things stand. */
export function nextArrival(e: Engine): number {
  const { workload, coming } = e.replica;
  const own = e.cursor < workload.count ? workload.arrival[e.cursor] : Infinity;
  return workload.rounds ? Math.min(own, nextComing(coming)) : own;
}

/** Announces the request whose arrival is next: the caller knows that there is one. Returns its id. */
export function announceNext(e: Engine): number {
  const { workload, coming } = e.replica;
  const own = e.cursor < workload.count ? workload.arrival[e.cursor] : Infinity;
  const time = workload.rounds ? nextComing(coming) : Infinity;
  return own <= time ? announce(e, e.cursor++, own) : announce(e, popComing(coming), time);
}

/** An announced request comes to this engine; rejected if it can never fit. */
export function receive(s: Replica, r: number): void {
  const arrival = s.requests.arrival[r];
  s.owed += s.predictor.cost?.arrive ?? 0;
  join(s, r, arrival);
  for (const recorder of s.recorders) recorder.arrived?.(s, r);
  if (!neverFits(s, r)) return;
  s.totals.areaInSystem -= s.now - arrival;
  leave(s, r, State.rejected, arrival);
}

/** Writes the columns of a request: from now on it can be seen. It is in no engine yet. Returns its id. */
function announce(e: Engine, row: number, arrival: Micros): number {
  const r = e.delivered++;
  e.replica.hidden.row[r] = row;
  e.replica.requests.arrival[r] = arrival;
  describe(e.replica, r);
  e.replica.predictor.arrive(r);
  return r;
}

/** r waits here; it counts in this engine from `since`. */
export function join(s: Replica, r: number, since: number): void {
  const { hidden, decision, rules } = s;
  decision.rank[r] = r;
  hidden.urgency[r] = r;
  decision.draft[r] = rules.drafts;
  decision.chunk[r] = NO_CAP;
  decision.reserve[r] = -1;
  s.totals.areaInSystem += s.now - since;
  enlist(s, r);
  enqueue(s, r);
  mark(s, r);
  s.cause |= Cause.arrival;
  if (s.exits) expectExit(s, r);
}

/** Writes what never changes of a request, from its row of the workload; its arrival is known. */
export function describe(s: Replica, r: number): void {
  const { requests, rules, workload } = s;
  const row = s.hidden.row[r];
  const prompt = workload.promptTokens[row];
  const most = Math.max(0, rules.maxModelLen - prompt);
  requests.key[r] = workload.key[row];
  requests.promptTokens[r] = prompt;
  requests.declared[r] = Math.min(workload.declared[row], most);
  requests.priority[r] = workload.priority[row];
  requests.tenant[r] = workload.tenant[row];
  requests.deadline[r] = fromArrival(workload.rounds, row, requests.arrival[r]) + workload.deadline[row];
  requests.slo[r] = workload.slo[row];
  requests.known[r] = prompt;
  s.hidden.end[r] = Math.min(workload.outputTokens[row], requests.declared[r]);
}

/** True if r is rejected by this engine. */
export const neverFits = ({ rules, requests }: Replica, r: number): boolean =>
  unfitFor(rules, requests.promptTokens[r], requests.declared[r]) !== null;

/** The first of those whose client gave up by now leaves, counted until that moment. */
function deliverExit(s: Replica): void {
  const r = popExit(s);
  const time = Math.max(exitAt(s, r), s.requests.arrival[r]);
  s.totals.areaInSystem -= s.now - time;
  leave(s, r, State.aborted, time);
}
