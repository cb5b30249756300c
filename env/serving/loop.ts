/** The loop itself: from one border to the next, until the policy must be asked. */
import type { Micros } from '../time.js';
import { pack } from './batch.js';
import { commit, settle } from './commit.js';
import { deliver, nextEvent } from './delivery.js';
import type { Engine } from './engine.js';
import { resetRatio } from './new-token-ratio.js';
import { Cause } from './policy.js';
import { repeat, repeats } from './repeat.js';
import type { Replica } from './replica.js';
import { blockedFor, nextTransfer } from './swap.js';
import { closeTurn } from './turn.js';
import { unblock } from './unblock.js';
import { openTurn } from './view.js';

/** As `toTurn`, but stops at the first border at or after `until`: false then too, though the episode may go on. */
export function toTurnBefore(engine: Engine, until: Micros): boolean {
  const { replica: s, view, scheduler } = engine;
  if (engine.asking) {
    engine.asking = false;
    closeTurn(s, view, scheduler);
  }
  const horizon = engine.setup.horizon ?? Infinity;
  const limit = Math.min(horizon, until);
  const more = !engine.ownArrivals && until < Infinity;
  while (engine.outcome === 'running') {
    deliver(engine);
    if (s.now >= horizon) engine.outcome = 'horizon';
    else if (s.now >= until) return false;
    else if (s.live.n === 0 && !s.flight) skipIdle(engine, limit, more);
    else if (s.live.n > 0 && due(s)) {
      openTurn(s, view, scheduler);
      engine.asking = true;
      return true;
    } else iterate(engine, limit, more);
  }
  return false;
}

/** The policy must be asked: something happened, or it wished to be. */
function due(s: Replica): boolean {
  if (s.now >= s.wakeAt) s.cause |= Cause.timer;
  return s.cause !== 0 || s.wakeLeft < 1;
}

/** Nobody is here: the clock jumps to the next arrival. */
function skipIdle(engine: Engine, limit: Micros, more: boolean): void {
  const s = engine.replica;
  const next = nextEvent(engine);
  resetRatio(s);
  if (next === Infinity && !more) {
    engine.outcome = 'drained';
    return;
  }
  const from = s.now;
  s.now = Math.min(next, limit);
  for (const recorder of s.recorders) recorder.idle?.(s, from);
}

/** One border to the next: repeat the batch, or pack a new one and carry it out. */
function iterate(engine: Engine, limit: Micros, more: boolean): void {
  const s = engine.replica;
  const event = nextEvent(engine);
  if (s.owed === 0 && repeats(s)) {
    const m = repeat(s, Math.min(event, s.wakeAt, limit), s.wakeLeft);
    s.wakeLeft -= m;
    if (m > 0) return;
  }
  pack(s);
  if (s.plan.n === 0 && s.live.n > 0 && s.flight?.n === 0) s.flight = null; // an empty batch in flight brings nothing
  const moving = s.swap !== null && nextTransfer(s.swap) < Infinity;
  if (s.plan.n === 0 && moving && s.evicted.n === s.evictedBefore) {
    wait(engine, Math.min(nextEvent(engine), s.wakeAt), limit, more);
    return;
  }
  if (s.plan.n === 0 && s.evicted.n === s.evictedBefore && !s.flight && !unblock(s, event < Infinity || more)) {
    wait(engine, Math.min(nextEvent(engine), s.wakeAt), limit, more);
    return;
  }
  settle(s);
  for (const recorder of s.recorders) recorder.planned?.(s);
  s.evicted.n = 0;
  s.wakeLeft--;
  if (s.rules.asyncDepth > 0) overlap(s);
  else finishPlan(s);
}

/** Synchronous: plan, compute, update, one after the other. */
function finishPlan(s: Replica): void {
  const { plan } = s;
  const from = s.now;
  const length = s.cost.iteration(plan.shape) + (s.swap ? blockedFor(s, s.swap) : 0) + s.owed;
  s.owed = 0;
  passTime(s, plan.n === 0 ? Math.max(1, length) : length);
  plan.length = s.now - from;
  for (const recorder of s.recorders) recorder.ending?.(s, plan, from);
  commit(s, plan);
  for (const recorder of s.recorders) recorder.committed?.(s, plan, from);
}

/** Asynchronous: this batch was planned while the one before is on the device; what ends now is the one before. */
function overlap(s: Replica): void {
  const { plan, flight } = s;
  const from = s.now;
  const draining = plan.n === 0 && s.live.n === 0;
  const cpu = draining ? 0 : s.cost.cpu(plan.shape) + s.owed;
  s.owed = 0;
  plan.device = s.cost.device(plan.shape);
  passTime(s, flight ? Math.max(cpu, flight.device) : cpu);
  s.flight = draining ? null : plan;
  s.plan = flight ?? s.spare;
  s.spare = plan;
  if (!flight) {
    s.plan.n = 0;
    return;
  }
  flight.length = s.now - from;
  for (const recorder of s.recorders) recorder.ending?.(s, flight, from);
  commit(s, flight);
  for (const recorder of s.recorders) recorder.committed?.(s, flight, from);
}

/** Time passes in an iteration. */
function passTime(s: Replica, length: Micros): void {
  if (length === 0 && s.plan.n === 0 && !s.flight) throw new Error(`the engine does not advance at ${s.now} µs`);
  s.now += length;
  s.totals.areaInSystem += s.live.n * length;
  s.totals.busy += length;
  s.totals.iterations++;
  s.totals.sequenceSteps += s.plan.n;
}

/** Nothing can run: the clock moves to what comes next. */
function wait(engine: Engine, until: Micros, limit: Micros, more: boolean): void {
  const s = engine.replica;
  if (until === Infinity && !more) {
    engine.outcome = 'stuck';
    return;
  }
  const from = s.now;
  s.now = Math.max(Math.min(until, limit), s.now);
  s.totals.areaInSystem += s.live.n * (s.now - from);
  for (const recorder of s.recorders) recorder.idle?.(s, from);
}
