/** Engines in which everything goes by rank: who has a seat in the next batch. */
import { admit, bringBack, displaceFor, fits, fitsBorrowing, growthOfRunning, noteBlocked } from './admission.js';
import { capNow, decodes, lacking, roomAfter } from './batch.js';
import { findHit } from './kv.js';
import { before, dequeue, enqueue, mark, passOver, run, sortRunning, stopRunning, takeBack } from './order.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';
import { comingCount, isAway } from './swap.js';

/**
 * Fills the seats with the best-ranked requests: residents keep their blocks whether they have a seat or not, waiting
 * ones are admitted if tokens and blocks are left (worse residents may have to give theirs).
 */
export function choose(s: Replica): void {
  const { rules, running, queue, requests } = s;
  if (s.runningMoved) sortRunning(s);
  s.runningMoved = false;
  const cap = capNow(s);
  let spoken = rules.phases === 'decodes-first' ? decodeTokens(s) : 0;
  let admitting = true;
  let foreseen = false; // what those who run will take
  let paused = -1;
  let k = 0;
  while (k < rules.maxBatch) {
    const next = admitting ? (queue.n > 0 ? queue.ids[0] : -1) : paused;
    if (next < 0) break;
    if (k < running.n && before(s, running.ids[k], next)) {
      spoken += claim(s, running.ids[k], cap);
      k++;
      continue;
    }
    if (requests.blocks[next] > 0) {
      dequeue(s, next);
      requests.state[next] = State.running;
      mark(s, next);
      run(s, next);
      foreseen = false;
      if (!admitting) paused = bestPaused(s);
      continue; // it stands at k now
    }
    const available = s.left - spoken;
    const hitBlocks = findHit(s, next);
    const hit = hitBlocks * rules.blockSize;
    const away = s.swap !== null && isAway(s, next) && requests.computed[next] > hit;
    if (available <= 0 && !away) {
      admitting = false;
      paused = bestPaused(s);
      continue;
    }
    const whole = away
      ? roomAfter(s, next, hit)
      : Math.min(requests.known[next] - hit, cap, Math.max(1, s.decision.chunk[next]));
    const want = away ? whole : Math.min(whole, available);
    const full = s.residents.n + comingCount(s) >= rules.maxResident;
    const noSeat = full || (!away && !rules.chunkedPrefill && whole > available);
    if (!noSeat && !foreseen) {
      s.growing = growthOfRunning(s);
      foreseen = true;
    }
    const fitting =
      !noSeat &&
      ((away ? fits(s, next, hitBlocks, want) : fitsBorrowing(s, next, hitBlocks, want)) ||
        displaceFor(s, next, hitBlocks, want));
    if (fitting) {
      if (s.swap && away) bringBack(s, s.swap, next, hitBlocks, want);
      else admit(s, next, hitBlocks, want);
      continue; // admitted, it stands at k now, or behind
    }
    if (!noSeat && s.aside.n === 0) noteBlocked(s);
    if (rules.misfit === 'skip' && s.aside.n < rules.maxPassed) {
      passOver(s);
      s.blockedHead = -1;
    } else {
      admitting = false;
      paused = bestPaused(s);
    }
  }
  s.growing = 0;
  takeBack(s);
  while (running.n > rules.maxBatch) pause(s, running.n - 1);
}

/** Takes the seat of the running request at `at`; its blocks stay. */
export function pause(s: Replica, at: number): void {
  const r = s.running.ids[at];
  stopRunning(s, at);
  s.requests.state[r] = State.paused;
  s.requests.pauses[r]++;
  s.totals.pauses++;
  mark(s, r);
  enqueue(s, r);
}

/** Tokens that all running decodes will take before any prefill. */
function decodeTokens(s: Replica): number {
  let tokens = 0;
  for (let k = 0; k < s.running.n; k++) {
    const r = s.running.ids[k];
    if (decodes(s, r)) tokens += 1 + s.requests.drafts[r];
  }
  return tokens;
}

/** Tokens that the seated r takes before a waiting request behind it, as far as they are not counted yet. */
function claim(s: Replica, r: number, cap: number): number {
  const decoding = decodes(s, r);
  if (decoding && s.rules.phases !== 'as-ranked') return 0;
  return Math.min(lacking(s, r) + s.requests.drafts[r], cap, Math.max(1, s.decision.chunk[r]));
}

/** The best paused request that is not held; −1 = none. */
function bestPaused(s: Replica): number {
  if (s.residents.n <= s.running.n) return -1; // everyone who has blocks runs
  let best = -1;
  for (let k = 0; k < s.residents.n; k++) {
    const r = s.residents.ids[k];
    if (s.hidden.where[r] === Where.queue && (best < 0 || before(s, r, best))) best = r;
  }
  return best;
}
