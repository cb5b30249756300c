/**
 * KV on the host: who loses its blocks may have them copied there and back, instead of computing them again. One link a
 * direction carries one transfer after another, beside the computation. A request is leaving, away, or coming.
 */
import type { Micros } from '../time.js';
import { type BatchShape, clearShape, createShape } from './cost/cost.js';
import { copyIds, createIds, type IdList, indexOfId, pushId } from './ids.js';
import { blocksFor, claimHit, enterFull, giveUpClaims, grow, releaseBlocks } from './kv.js';
import { copyLink, createLink, type Link, send, takeOff } from './link.js';
import { dequeue, enqueue, mark, release, run, setAside } from './order.js';
import { Cause, Place } from './policy.js';
import { ownBlocks } from './prefix.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';

export interface Swap {
  /** Free blocks of the host. */
  hostFree: number;
  /** GPU blocks that come free when those who are leaving have left. */
  leaving: number;
  /** Of these, what is spoken for in the batch being formed. */
  claimed: number;
  readonly out: Link;
  readonly back: Link;
  /** Away, and the policy wants them back before it is their turn. */
  readonly wanted: IdList;
  readonly shape: BatchShape;
}

export const createSwap = (hostBlocks: number): Swap => ({
  hostFree: hostBlocks,
  leaving: 0,
  claimed: 0,
  out: createLink(),
  back: createLink(),
  wanted: createIds(16),
  shape: createShape(),
});

/** When the next transfer ends; Infinity = none is under way. */
export function nextTransfer({ out, back }: Swap): Micros {
  const left = out.queue.n > 0 ? out.ends[0] : Infinity;
  return back.queue.n > 0 ? Math.min(left, back.ends[0]) : left;
}

/** µs for which the computation waits until no transfer is under way. */
export function blockedFor(s: Replica, { out, back }: Swap): Micros {
  if (s.rules.transfers === 'overlapped') return 0;
  return Math.max(0, Math.max(out.until, back.until) - s.now);
}

/** r's KV lies on the host and is not on its way. */
export const isAway = (s: Replica, r: number): boolean =>
  s.swap !== null && s.hidden.hostBlocks[r] > 0 && s.hidden.where[r] !== Where.moving;

/** Requests that will reside when they have come: they need a place as much as residents do. */
export const comingCount = (s: Replica): number => (s.swap ? s.swap.back.queue.n : 0);

/** True if r, whose blocks are wanted, should have them copied: by the policy's word, else by the engine's rule; and the host has room. */
export function shouldSwap(s: Replica, r: number): boolean {
  const { swap, rules } = s;
  if (!swap) return false;
  const computed = s.requests.computed[r];
  const place = s.decision.place[r];
  if (computed === 0 || place === Place.drop || blocksFor(computed, rules.blockSize) > swap.hostFree) return false;
  if (place === Place.out || rules.onEviction === 'swap') return true;
  return rules.onEviction === 'cheaper' && roundTrip(s, r) < recomputation(s, swap, computed);
}

/** µs on the links, there and back. */
function roundTrip(s: Replica, r: number): Micros {
  const { outMicros, backMicros, transferMicros, blockSize } = s.rules;
  return 2 * transferMicros + (outMicros + backMicros) * blocksFor(s.requests.computed[r], blockSize);
}

/** µs of computing so many tokens again, alone in one batch. */
function recomputation(s: Replica, { shape }: Swap, tokens: number): Micros {
  clearShape(shape);
  shape.sequences = 1;
  shape.tokens = tokens;
  shape.prefillTokens = tokens;
  shape.prefills = 1;
  shape.prefillWork = (tokens * tokens) / 2;
  shape.prefillReads = tokens;
  return s.cost.iteration(shape);
}

/** r, which is in no list of residents any more, begins to leave; its blocks come free when it has left. */
export function beginLeaving(s: Replica, swap: Swap, r: number): void {
  const { requests, hidden, rules } = s;
  const copied = blocksFor(requests.computed[r], rules.blockSize);
  swap.hostFree -= copied;
  hidden.hostBlocks[r] = copied;
  giveUpClaims(s, r);
  requests.state[r] = State.away;
  hidden.where[r] = Where.moving;
  const frees = s.prefix ? ownBlocks(s.prefix, r, requests.blocks[r]) : requests.blocks[r];
  swap.leaving += frees;
  send(swap.out, s.now, r, rules.transferMicros + rules.outMicros * copied, frees);
  s.totals.swapsOut++;
  s.totals.swappedBlocks += copied;
}

/**
 * r, which is away and queued or held, begins to come back: it takes its blocks now, and resides when its KV is here.
 * @param hitBlocks blocks that `findHit` just found: these are not copied
 * @param slots KV tokens it needs room for; the caller knows that they fit
 */
export function beginComing(s: Replica, swap: Swap, r: number, hitBlocks: number, slots: number): void {
  const { requests, hidden, rules } = s;
  if (hidden.where[r] === Where.held) release(s, r);
  else dequeue(s, r);
  claimHit(s, r);
  grow(s, r, slots);
  hidden.where[r] = Where.moving;
  const copied = blocksFor(requests.computed[r], rules.blockSize) - hitBlocks;
  send(swap.back, s.now, r, rules.transferMicros + rules.backMicros * copied, 0);
  s.totals.swapsIn++;
  s.totals.swappedBlocks += copied;
  s.totals.hitTokens += hitBlocks * rules.blockSize;
  mark(s, r);
}

/** The copy of r on the host is not needed any more. */
export function forgetCopy(s: Replica, r: number): void {
  if (!s.swap) return;
  s.swap.hostFree += s.hidden.hostBlocks[r];
  s.hidden.hostBlocks[r] = 0;
}

/** True if `blocks` of those that are about to come free are nobody's yet: they are the caller's in this batch, who waits for them. */
export function claimLeaving(swap: Swap, blocks: number): boolean {
  if (blocks <= 0 || swap.leaving - swap.claimed < blocks) return false;
  swap.claimed += blocks;
  return true;
}

/** Takes the transfer at `at` from a link. Returns whose it was. */
function unlink(swap: Swap, link: Link, at: number): number {
  swap.leaving -= link.frees[at];
  return takeOff(link, at);
}

/** Delivers every transfer that has ended, in order of time. */
export function deliverTransfers(s: Replica, swap: Swap): void {
  for (let time = nextTransfer(swap); time <= s.now; time = nextTransfer(swap)) {
    const { out, back } = swap;
    if (out.queue.n > 0 && out.ends[0] === time) haveLeft(s, unlink(swap, out, 0));
    else haveCome(s, unlink(swap, back, 0));
    s.cause |= Cause.swap;
    s.steady = false;
    s.blockedHead = -1;
    s.closed = false;
  }
}

/** Its blocks are free; it waits for its turn, unless the policy wants it to stay away. */
function haveLeft(s: Replica, r: number): void {
  releaseBlocks(s, r);
  settleDown(s, r);
}

/** Its KV is here: by rank it is a paused resident, running first it has its seat. */
function haveCome(s: Replica, r: number): void {
  const { requests } = s;
  forgetCopy(s, r);
  if (s.entersPlanned) enterFull(s, r, requests.computed[r]);
  if (s.rules.candidates === 'running-first') {
    requests.state[r] = State.running;
    run(s, r);
    s.reshape = true;
    mark(s, r);
    return;
  }
  requests.state[r] = State.paused;
  pushId(s.residents, r);
  settleDown(s, r);
}

function settleDown(s: Replica, r: number): void {
  if (isParked(s, r)) setAside(s, r);
  else enqueue(s, r);
  mark(s, r);
}

/** The policy wants no tokens for r now, or its KV to stay on the host. */
export const isParked = (s: Replica, r: number): boolean =>
  r !== s.forced && (s.decision.hold[r] !== 0 || (s.decision.place[r] === Place.out && s.hidden.hostBlocks[r] > 0));

/** r leaves the engine for good: its transfer, if any, brings nothing more, and the host forgets it. */
export function cancelTransfer(s: Replica, swap: Swap, r: number): void {
  if (s.hidden.where[r] === Where.moving) {
    const link = indexOfId(swap.out.queue, r) >= 0 ? swap.out : swap.back;
    unlink(swap, link, indexOfId(link.queue, r));
  }
  forgetCopy(s, r);
}

export function copySwap(from: Swap, to: Swap): void {
  to.hostFree = from.hostFree;
  to.leaving = from.leaving;
  to.claimed = from.claimed;
  copyLink(from.out, to.out);
  copyLink(from.back, to.back);
  copyIds(from.wanted, to.wanted);
}
