/** Who may enter: what must fit before a waiting request gets its first blocks. */
import { capNow, lacking } from './batch.js';
import { evict } from './eviction.js';
import { indexOfId, pushId } from './ids.js';
import { blocksFor, claimHit, enterFull, findHit, grow, slotsFor } from './kv.js';
import { borrow, loansOf } from './lending.js';
import { before, dequeue, mark, run } from './order.js';
import { Place } from './policy.js';
import { ownBlocks, watch } from './prefix.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';
import { allocatedTokens, foreseen, reserveTokens, roomComesWithTime, staysReserved } from './reservation.js';
import { lookahead, lookaheadAtAdmission } from './speculation.js';
import { beginComing, claimLeaving, comingCount, forgetCopy, type Swap } from './swap.js';

/** KV slots that r gets when it is admitted. */
const slotsAtAdmission = (s: Replica, r: number, hitBlocks: number, want: number): number =>
  slotsFor(s, allocatedTokens(s, r, hitBlocks * s.rules.blockSize + want), lookaheadAtAdmission(s, r));

/**
 * Free blocks that admitting r with a first chunk of `want` tokens needs, after `findHit`. Hit blocks that lie in the free
 * queue are taken out of it: they count as needed.
 */
function neededBlocks(s: Replica, r: number, hitBlocks: number, want: number): number {
  const { blockSize } = s.rules;
  const slots = slotsAtAdmission(s, r, hitBlocks, want);
  const most = Math.max(blocksFor(slots, blockSize), blocksFor(reserveTokens(s, r), blockSize));
  return most - hitBlocks + (s.prefix && hitBlocks > 0 ? s.prefix.found.free : 0);
}

/** Residents: who has blocks. */
const residentCount = (s: Replica): number =>
  (s.rules.candidates === 'by-rank' ? s.residents.n : s.running.n) + comingCount(s);

/** Free blocks that admissions may use: beside others, headroom, what they have reserved and what they grow by now stay. */
function availableBlocks(s: Replica): number {
  if (residentCount(s) === 0) return s.rules.watermarkAlone ? s.free - s.watermark : s.free;
  return s.free - s.headroom - s.reservedBlocks - s.growing;
}

/** Remembers that the head of the queue cannot be admitted as things stand. */
export function noteBlocked(s: Replica): void {
  s.blockedHead = s.queue.n > 0 ? s.queue.ids[0] : -1;
  s.blockedAvailable = availableBlocks(s);
  if (s.prefix) watch(s.prefix);
}

/** True if the head of the queue still cannot be admitted, other things being equal: nor can it displace anybody. */
export function stillBlocked(s: Replica): boolean {
  if (isShut(s)) return true;
  if (roomComesWithTime(s)) return false;
  const head = s.queue.ids[0];
  if (head !== s.blockedHead || availableBlocks(s) > s.blockedAvailable || s.prefix?.wantedEntered) return false;
  if (s.rules.displaces === 'nobody') return true;
  // Whoever is paused stands behind the head; of those who run the last one is the worst.
  return s.residents.n === s.running.n && !before(s, head, s.running.ids[s.running.n - 1]);
}

/** True if nobody is admitted whatever there is room for: a misfit closed the engine, or it takes a new batch only when empty. */
export const isShut = (s: Replica): boolean =>
  s.closed || (s.rules.admits === 'when-empty' && s.running.n + comingCount(s) > 0);

/** True if r can be admitted now with a first chunk of `want` tokens behind its hit. */
export function fits(s: Replica, r: number, hitBlocks: number, want: number): boolean {
  if (neededBlocks(s, r, hitBlocks, want) > availableBlocks(s)) return false;
  return residentCount(s) === 0 || foreseen(s, r, hitBlocks);
}

/** The same with blocks that are set aside for others: if r can be admitted into them they are lent to it. */
export function fitsBorrowing(s: Replica, r: number, hitBlocks: number, want: number): boolean {
  if (fits(s, r, hitBlocks, want)) return true;
  return foreseen(s, r, hitBlocks) && borrow(s, r, neededBlocks(s, r, hitBlocks, want));
}

/**
 * By rank: evicts residents that rank behind r, worst first, until it fits. False, and nobody is evicted, if all of them
 * together would not do.
 */
export function displaceFor(s: Replica, r: number, hitBlocks: number, want: number): boolean {
  if (s.rules.displaces === 'nobody' || !mayDisplace(s)) return false;
  const needed = neededBlocks(s, r, hitBlocks, want);
  const { ids, n } = s.residents;
  if (s.swap && claimLeaving(s.swap, needed - availableBlocks(s))) return false; // it waits for them
  let reclaimable = s.swap ? s.swap.leaving - s.swap.claimed : 0;
  for (let k = 0; k < n; k++) if (displaceable(s, r, ids[k])) reclaimable += freedBy(s, ids[k]);
  if (availableBlocks(s) + reclaimable < needed) return false;
  for (;;) {
    findHit(s, r); // blocks of the hit that came free count as needed now
    if (fits(s, r, hitBlocks, want)) return true;
    if (s.swap && claimLeaving(s.swap, neededBlocks(s, r, hitBlocks, want) - availableBlocks(s))) return false;
    const victim = worstBehind(s, r);
    if (victim < 0) return false;
    evict(s, victim);
    s.growing = growthOfRunning(s);
    s.displacedIteration = s.totals.iterations;
    s.displacedTokens = s.totals.generatedTokens;
  }
}

/**
 * Nothing can hang: after an iteration in which someone was displaced nobody is again until a token has been generated.
 * Otherwise two requests whose ranks improve when they lose their blocks could displace each other for ever.
 */
const mayDisplace = (s: Replica): boolean =>
  s.totals.generatedTokens > s.displacedTokens || s.totals.iterations === s.displacedIteration;

/** Blocks that others can have if v loses its own and what is set aside for it. */
function freedBy(s: Replica, v: number): number {
  const held = s.prefix ? ownBlocks(s.prefix, v, s.requests.blocks[v]) : s.requests.blocks[v];
  return held + s.hidden.reserved[v] - (s.lent.n > 0 ? loansOf(s, v) : 0);
}

/** By rank: blocks that are not set aside for them and that those who run take in this iteration, in the order of their ranks, before anybody else gets any. */
export function growthOfRunning(s: Replica): number {
  const { computed, blocks, drafts } = s.requests;
  const { reserved } = s.hidden;
  const { blockSize } = s.rules;
  const cap = capNow(s);
  let { left } = s;
  let growth = 0;
  for (let k = 0; k < s.running.n && left > 0; k++) {
    const r = s.running.ids[k];
    const want = Math.min(lacking(s, r) + drafts[r], cap, Math.max(1, s.decision.chunk[r]), left);
    const slots = slotsFor(s, computed[r] + want, lookahead(s, r));
    left -= want;
    if (slots > blocks[r] * blockSize) growth += Math.max(0, blocksFor(slots, blockSize) - blocks[r] - reserved[r]);
  }
  return growth;
}

function displaceable(s: Replica, r: number, v: number): boolean {
  if (s.rules.displaces === 'paused' && s.hidden.where[v] === Where.running) return false;
  return s.decision.place[v] !== Place.keep && before(s, r, v);
}

/** The resident behind r that loses its blocks first: lowest keep, then worst rank. */
function worstBehind(s: Replica, r: number): number {
  const { keep } = s.decision;
  let worst = -1;
  for (let k = 0; k < s.residents.n; k++) {
    const v = s.residents.ids[k];
    if (!displaceable(s, r, v)) continue;
    if (worst < 0 || keep[v] < keep[worst] || (keep[v] === keep[worst] && before(s, worst, v))) worst = v;
  }
  return worst;
}

/** Sets aside what r will need beyond its blocks, where the engine or the policy says so. */
function setReserve(s: Replica, r: number): void {
  if (!staysReserved(s, r) && indexOfId(s.borrowers, r) < 0) return;
  const claim = Math.max(0, blocksFor(reserveTokens(s, r), s.rules.blockSize) - s.requests.blocks[r]);
  s.hidden.reserved[r] = claim;
  s.reservedBlocks += claim;
}

/** r, whose KV is on the host, begins to come back, with room for `want` tokens behind its hit. The caller knows that it fits. */
export function bringBack(s: Replica, swap: Swap, r: number, hitBlocks: number, want: number): void {
  beginComing(s, swap, r, hitBlocks, slotsAtAdmission(s, r, hitBlocks, want));
  setReserve(s, r);
}

/** Admits the queued request r with `hitBlocks` found blocks and room for `want` more tokens. The caller knows that it fits. */
export function admit(s: Replica, r: number, hitBlocks: number, want: number): void {
  const { requests, hidden, rules } = s;
  dequeue(s, r);
  claimHit(s, r);
  const hit = hitBlocks * rules.blockSize;
  requests.computed[r] = hit;
  requests.state[r] = State.running;
  s.totals.hitTokens += hit;
  s.totals.recomputedTokens += Math.max(0, hidden.lost[r] - hit);
  hidden.lost[r] = 0;
  if (s.swap) forgetCopy(s, r); // all of it was found
  grow(s, r, slotsAtAdmission(s, r, hitBlocks, want));
  if (s.entersPlanned) enterFull(s, r, Math.min(hit + want, requests.known[r]));
  setReserve(s, r);
  run(s, r);
  if (rules.candidates === 'by-rank') pushId(s.residents, r);
  mark(s, r);
  pushId(s.admitted, r);
}
