/** How a batch is formed: tokens catch up with what is known, under budget, blocks and seats. */
import { bringBack, fits } from './admission.js';
import { markAll } from './bulk.js';
import { choose } from './by-rank.js';
import { circlingVictim } from './circling.js';
import { evict, unplan } from './eviction.js';
import { pushId } from './ids.js';
import { enterFull, findHit, grow, slotsFor } from './kv.js';
import { redeem, settleLoans } from './lending.js';
import { readRanksLate } from './news.js';
import { packPlain } from './plain.js';
import { NO_CAP, Place } from './policy.js';
import type { Replica } from './replica.js';
import { State } from './requests.js';
import { packRunningFirst } from './running-first.js';
import { budgetOff, extraInput, lookahead, lookaheadAtAdmission } from './speculation.js';
import { claimLeaving, comingCount, isAway, type Swap } from './swap.js';
import { packVerifications } from './verifications.js';
import { chooseVictim } from './victim.js';

/** Forms the next batch into `s.plan`: lists, blocks and queue move, clock and tokens do not. */
export function pack(s: Replica): void {
  flushRepeated(s);
  s.plan.n = 0;
  s.plan.shape.tokens = 0;
  s.plan.plain = 0;
  s.plan.verifying = 0;
  s.admitted.n = 0;
  s.evictedBefore = s.evicted.n;
  s.blockedHead = -1;
  s.borders.phase = -1;
  if (s.swap) openBatch(s, s.swap);
  s.left = s.tokenBudget - budgetOff(s);
  if (s.lent.n > 0) settleLoans(s);
  if (s.rules.candidates === 'by-rank') {
    choose(s);
    const { phases } = s.rules;
    if (phases === 'as-ranked') serveRunning(s, Phase.all);
    else if (phases === 'prefill-first') {
      serveRunning(s, Phase.prefills);
      serveRunning(s, Phase.decodes);
    } else {
      if (!packPlain(s)) serveRunning(s, Phase.decodes);
      if (s.plan.n < s.running.n) serveRunning(s, Phase.prefills);
    }
    return;
  }
  packRunningFirst(s);
  s.cursor = 0;
}

/** Marks everyone who runs, if they moved without being marked, before the running list changes. */
function flushRepeated(s: Replica): void {
  if (!s.repeated) return;
  s.repeated = false;
  markAll(s, s.running.ids, s.running.n);
}

/** The engine's cap on one request's tokens that holds in this iteration. */
export function thresholdNow(s: Replica): number {
  const { longPrefillThreshold, thresholdAlone } = s.rules;
  return longPrefillThreshold > 0 && (thresholdAlone || s.live.n > 1) ? longPrefillThreshold : NO_CAP;
}

/** The same with what the policy says of everyone. */
export const capNow = (s: Replica): number => Math.min(thresholdNow(s), s.chunkCap);

/** Tokens r lacks, drafts aside: 1 = it decodes, unless it is the last of its prompt. */
export function lacking(s: Replica, r: number): number {
  const { known, computed } = s.requests;
  return known[r] + s.hidden.placeholders[r] - computed[r];
}

/** True if r's next token is computed from a token it generated. */
export function decodes(s: Replica, r: number): boolean {
  return s.requests.computed[r] >= s.requests.promptTokens[r] && lacking(s, r) === 1;
}

/** Who of the running list is served. Spare: prompts, as far as free blocks go; nobody loses any for them. */
export const Phase = { all: 0, decodes: 1, prefills: 2, spare: 3 } as const;

/** Serves the running list in its order while tokens are left. True if one of those served came in without having sampled in its last batch. */
export function serveRunning(s: Replica, phase: number): boolean {
  const { running, rules, entersPlanned } = s;
  const { computed, known, drafts, blocks } = s.requests;
  const { placeholders, catchingUp } = s.hidden;
  const asynchronous = rules.asyncDepth > 0;
  const cap = capNow(s);
  const extra = extraInput(s);
  const most = Math.min(rules.maxModelLen - 1, poolTokens(s));
  const unlimited = rules.decodesBeyondBudget && phase === Phase.decodes;
  const decodesNow = phase === Phase.all || phase === Phase.decodes;
  let inPrompt = false;
  s.cursor = 0;
  if (decodesNow && !asynchronous && s.plan.n === 0 && s.lent.n === 0) {
    packVerifications(s, { most, cap, extra }, phase === Phase.decodes);
  }
  while (s.cursor < running.n && (unlimited || s.left > extra)) {
    const r = running.ids[s.cursor];
    const skipped = phase !== Phase.all && decodes(s, r) !== (phase === Phase.decodes);
    if (skipped || (asynchronous && lastTokenInFlight(s, r))) {
      s.cursor++;
      continue;
    }
    const done = computed[r];
    let want = known[r] + (asynchronous ? placeholders[r] : 0) + drafts[r] - done;
    if (want > 1) want = Math.min(want, cap, Math.max(1, s.decision.chunk[r]), unlimited ? want : s.left - extra);
    want = Math.min(want, most - done);
    if (phase === Phase.spare) want = Math.min(want, spareTokens(s, r) - done);
    if (want <= 0) {
      s.cursor++;
      continue;
    }
    if (entersPlanned || done + want + lookahead(s, r) > blocks[r] * rules.blockSize) {
      const room = makeRoom(s, r, want, extra);
      if (room === Room.lost) {
        if (rules.afterSelfEviction === 'stop') break;
        continue; // the next one stands at the cursor now
      }
      if (room === Room.none) {
        s.cursor++;
        continue;
      }
    }
    s.cursor++;
    if (catchingUp[r]) inPrompt = true;
    grant(s, r, want, 0, extra);
  }
  return inPrompt;
}

/** Tokens that one request can have in the pool: drafts beyond them are not verified where nobody may block for ever. */
export const poolTokens = ({ rules }: Replica): number =>
  rules.unfit === 'reject' ? rules.blocks * rules.blockSize : Infinity;

/** Tokens that r can have computed without anybody losing blocks. */
const spareTokens = (s: Replica, r: number): number =>
  (s.requests.blocks[r] + s.hidden.reserved[r] + s.free - s.reservedBlocks) * s.rules.blockSize - lookahead(s, r);

/** Adds r to the plan with `tokens` tokens. */
export function grant(s: Replica, r: number, tokens: number, padding: number, extra: number): void {
  const { plan } = s;
  plan.ones = Math.min(plan.ones, plan.n);
  plan.tokens[plan.n] = tokens;
  plan.padding[plan.n] = padding;
  pushId(plan, r);
  s.left -= tokens + extra;
}

/** Asynchronous: no step is planned past the last token a request may generate. */
function lastTokenInFlight(s: Replica, r: number): boolean {
  const inFlight = s.hidden.placeholders[r];
  if (inFlight === 0) return false;
  const { computed, promptTokens, declared } = s.requests;
  return computed[r] + 2 - inFlight >= promptTokens[r] + declared[r];
}

const Room = { made: 0, none: 1, lost: 2 } as const;

/** Makes room for r's next `want` tokens: others lose their blocks, or r loses its own. */
function makeRoom(s: Replica, r: number, want: number, extra: number): number {
  const { rules, requests } = s;
  const slots = slotsFor(s, requests.computed[r] + want, lookahead(s, r));
  if (s.lent.n > 0) redeem(s, r, slots, extra);
  while (!grow(s, r, slots)) {
    readRanksLate(s);
    const lacking = Math.ceil(slots / rules.blockSize) - requests.blocks[r] - s.hidden.reserved[r];
    if (s.swap && claimLeaving(s.swap, lacking - (s.free - s.reservedBlocks))) return Room.none;
    const circling = circlingVictim(s, r);
    const victim = circling >= 0 ? circling : chooseVictim(s);
    if (victim === r && rules.candidates === 'by-rank' && rules.ownShortage === 'stall') return Room.none;
    s.plan.verifying = 0;
    unplan(s, victim, extra);
    evict(s, victim);
    if (victim === r) return Room.lost;
  }
  if (s.entersPlanned) enterFull(s, r, Math.min(requests.computed[r] + want, requests.known[r]));
  return Room.made;
}

/**
 * Tokens behind its hit that r, who comes back from the host, needs room for: what was computed, and what it will compute next. Room for
 * its drafts is part of that, also where engines ask for none at admission: without, it would come back only to be evicted again.
 */
export function roomAfter(s: Replica, r: number, hit: number): number {
  const next = Math.min(lacking(s, r), capNow(s), Math.max(1, s.decision.chunk[r]), s.rules.tokenBudget);
  return slotsFor(s, s.requests.computed[r] + next, lookahead(s, r) - lookaheadAtAdmission(s, r)) - hit;
}

/** Whoever the policy wants back from the host begins to come, as far as blocks are free. */
function openBatch(s: Replica, swap: Swap): void {
  swap.claimed = 0;
  const { wanted } = swap;
  let kept = 0;
  for (let k = 0; k < wanted.n; k++) {
    const r = wanted.ids[k];
    if (s.requests.state[r] !== State.away || s.decision.place[r] !== Place.in || !isAway(s, r)) continue;
    const hitBlocks = findHit(s, r);
    const hit = hitBlocks * s.rules.blockSize;
    if (s.requests.computed[r] <= hit) continue;
    const room = roomAfter(s, r, hit);
    if (s.residents.n + comingCount(s) < s.rules.maxResident && fits(s, r, hitBlocks, room)) {
      bringBack(s, swap, r, hitBlocks, room);
    } else wanted.ids[kept++] = r;
  }
  wanted.n = kept;
}
