/** The end of a turn: the engine reads what the policy wrote. */

import { anySet } from './bulk.js';
import { pause } from './by-rank.js';
import { evict } from './eviction.js';
import { indexOfId, pushId } from './ids.js';
import { pickNews, ranksAreNew, readNews, refuse } from './news.js';
import { dequeue, enqueue, heapify, release, requeue, setAside } from './order.js';
import { Cause, NO_CAP, Place, type Scheduler } from './policy.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';
import { budgetOff, extraInput } from './speculation.js';
import { isAway, isParked, type Swap } from './swap.js';
import type { OpenView } from './view.js';

/** Reads what the policy wrote. What that changes (a pause, a dropped request) is news for the next turn. */
export function closeTurn(s: Replica, view: OpenView, policy: Scheduler): void {
  const { decision, told } = s;
  if ((s.cause & ~Cause.first) !== 0) s.forced = -1;
  ranksAreNew(s);
  if (policy.scope === 'all') told.n = 0;
  else readNews(s, view.changed);
  forgetChanges(s);
  if (policy.scope === 'all') readAll(s, policy);
  for (let k = 0; k < told.n; k++) readOne(s, told.ids[k], policy);
  if (decision.touched.n > 0) readTouched(s, policy);
  if (s.steady && s.rules.maxDrafts > 0 && anySet(decision.draft, s.running.ids, s.running.n)) s.steady = false;
  readScalars(s, policy);
}

const isLive = (s: Replica, r: number): boolean => {
  const where = s.hidden.where[r];
  return where !== Where.nowhere && s.requests.state[r] < State.finished;
};

/** Those about whom the policy says that it wrote something, although they did not move: of most only what is read when they are packed. */
function readTouched(s: Replica, policy: Scheduler): void {
  const { rank, hold, place, keep, touched } = s.decision;
  const { urgency, where } = s.hidden;
  for (let k = 0; k < touched.n; k++) {
    const r = touched.ids[k];
    const same =
      rank[r] === urgency[r] && (hold[r] | place[r]) === 0 && where[r] !== Where.held && !Number.isNaN(keep[r]);
    if (!same && isLive(s, r)) readOne(s, r, policy);
  }
  s.blockedHead = -1;
}

/** Policies whose ranks all move: the queue becomes a heap again in linear time. */
function readAll(s: Replica, policy: Scheduler): void {
  const { rank } = s.decision;
  const { urgency, where } = s.hidden;
  const { ids, n } = s.live;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    if (where[r] !== Where.queue) continue;
    if (Number.isNaN(rank[r])) refuse(s, policy.name, 'rank', r);
    urgency[r] = rank[r];
  }
  heapify(s);
  s.blockedHead = -1;
  pickNews(s, s.live);
}

function readOne(s: Replica, r: number, policy: Scheduler): void {
  const { decision, hidden } = s;
  const rank = decision.rank[r];
  if (Number.isNaN(rank)) refuse(s, policy.name, 'rank', r);
  if (Number.isNaN(decision.keep[r])) refuse(s, policy.name, 'keep', r);
  if (rank !== hidden.urgency[r]) {
    hidden.urgency[r] = rank;
    if (hidden.where[r] === Where.queue) requeue(s, r);
    else if (hidden.where[r] === Where.running) s.runningMoved = s.rules.candidates === 'by-rank';
  }
  const { where } = hidden;
  if (isParked(s, r)) hold(s, r);
  else if (where[r] === Where.held) {
    release(s, r);
    enqueue(s, r);
  }
  if (r === s.blockedHead && where[r] !== Where.running) s.blockedHead = -1;
  const place = decision.place[r];
  if (place === Place.auto || place === Place.keep || s.rules.candidates !== 'by-rank') return;
  if (place === Place.in) {
    if (s.swap && isAway(s, r)) want(s, s.swap, r);
  } else if (s.requests.blocks[r] > 0 && where[r] !== Where.moving && r !== s.forced) evict(s, r);
}

/** Notes that the policy wants r back from the host, whenever there is room. */
function want(s: Replica, { wanted }: Swap, r: number): void {
  if (indexOfId(wanted, r) < 0) pushId(wanted, r);
  s.steady = false;
}

/** Holds r. Engines that run their list first cannot pause a resident: there the opinion waits until it is queued again. */
function hold(s: Replica, r: number): void {
  if (r === s.forced) return;
  const where = s.hidden.where[r];
  if (where === Where.queue) {
    dequeue(s, r);
    setAside(s, r);
  } else if (where === Where.running && s.rules.candidates === 'by-rank') {
    s.reshape = true;
    pause(s, indexOfId(s.running, r));
    dequeue(s, r);
    setAside(s, r);
  }
}

function readScalars(s: Replica, policy: Scheduler): void {
  const { decision, rules } = s;
  if (Number.isNaN(decision.tokenBudget)) refuse(s, policy.name, 'tokenBudget');
  if (Number.isNaN(decision.headroom)) refuse(s, policy.name, 'headroom');
  if (Number.isNaN(decision.chunkCap)) refuse(s, policy.name, 'chunkCap');
  if (Number.isNaN(decision.growth)) refuse(s, policy.name, 'growth');
  if (Number.isNaN(decision.wakeAt)) refuse(s, policy.name, 'wakeAt');
  if (Number.isNaN(decision.wakeIn)) refuse(s, policy.name, 'wakeIn');
  if (Number.isNaN(decision.took)) refuse(s, policy.name, 'took');
  if (decision.took === Infinity)
    throw new Error(`policy ${policy.name}: a decision took for ever at ${s.now} µs, expected a finite time`);
  const least = 1 + extraInput(s) + budgetOff(s);
  const budget = Math.floor(Math.min(rules.tokenBudget, Math.max(least, decision.tokenBudget)));
  if (budget !== s.tokenBudget) {
    s.tokenBudget = budget;
    if (budget < s.running.n + least) s.steady = false; // else one token each still fits, and who may enter is looked at anyway
  }
  const headroom = Math.min(rules.blocks, Math.max(0, decision.headroom));
  const chunkCap = Math.floor(Math.min(NO_CAP, Math.max(1, decision.chunkCap)));
  const growth = Math.min(Number.MAX_VALUE, Math.max(0, decision.growth));
  if (headroom !== s.headroom || chunkCap !== s.chunkCap || growth !== s.growth) {
    s.headroom = headroom;
    s.chunkCap = chunkCap;
    s.growth = growth;
    s.blockedHead = -1;
  }
  s.owed += Math.max(0, Math.round(decision.took));
  // A moment that has passed means the next border.
  const late = decision.wakeAt <= s.now;
  s.wakeAt = late ? Infinity : Math.ceil(decision.wakeAt);
  s.wakeLeft = late ? 1 : Math.max(1, Math.floor(decision.wakeIn));
}

/** Everything the policy was told is old now. */
function forgetChanges(s: Replica): void {
  const { changed, hidden } = s;
  for (let k = 0; k < changed.n; k++) hidden.marked[changed.ids[k]] = 0;
  changed.n = 0;
  s.ended.n = 0;
  s.repeated = false;
  s.cause = 0;
}
