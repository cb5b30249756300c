/** Running first: who waits enters the batch after those who run, from the head of the queue on. */
import { admit, bringBack, fits, fitsBorrowing, isShut, noteBlocked } from './admission.js';
import { capNow, decodes, grant, lacking, poolTokens, roomAfter, thresholdNow } from './batch.js';
import { findHit } from './kv.js';
import { pledgePrompt, pledgeRunning } from './new-token-ratio.js';
import { passOver, takeBack } from './order.js';
import type { Replica } from './replica.js';
import { draftsAsked, extraInput } from './speculation.js';
import { comingCount, isAway } from './swap.js';

/** Whom an admission is for. Returning: who comes back from the host, and computes no prompt. */
export const Entry = { all: 0, prompts: 1, returning: 2 } as const;

/** Admits the head of the queue, while it can be and is of that kind. @param inPrompt somebody who runs is in his prompt */
export function admitFromQueue(s: Replica, inPrompt: boolean, entry: number = Entry.all): void {
  if (s.queue.n === 0 || isShut(s)) return;
  const { rules, requests, running, queue } = s;
  const threshold = thresholdNow(s);
  const cap = capNow(s);
  const extra = extraInput(s);
  const hadRunning = s.plan.n > 0;
  const foreseeing = rules.admissionReserve === 'ratio';
  if (foreseeing) pledgeRunning(s);
  let partial = rules.maxPartial < Infinity ? partialPrompts(s) : 0;
  while (queue.n > 0 && s.left > extra && running.n + comingCount(s) < rules.maxBatch) {
    const r = queue.ids[0];
    const hitBlocks = findHit(s, r);
    const hit = hitBlocks * rules.blockSize;
    const returns = s.swap !== null && isAway(s, r) && requests.computed[r] > hit;
    if (entry === (returns ? Entry.prompts : Entry.returning)) break;
    if (s.swap && returns) {
      const room = roomAfter(s, r, hit);
      if (fits(s, r, hitBlocks, room)) {
        bringBack(s, s.swap, r, hitBlocks, room);
        continue;
      }
      if (!passHead(s)) break;
      continue;
    }
    const asked = draftsAsked(s, r);
    let want = requests.known[r] - hit;
    const padded =
      rules.padOneToken &&
      want === 1 &&
      asked > 0 &&
      asked < threshold &&
      !inPrompt &&
      (hadRunning || hit > 0) &&
      hit + asked + 2 <= rules.maxModelLen &&
      hit + asked + 1 <= poolTokens(s);
    if (padded) {
      want += asked;
      if (want > s.left - extra) break;
    }
    want = Math.min(want, cap, Math.max(1, s.decision.chunk[r]));
    if (!rules.chunkedPrefill && want > s.left - extra) break;
    want = Math.min(want, s.left - extra);
    const partly = want < requests.known[r] - hit;
    if (partly && partial >= rules.maxPartial) break;
    if (!fitsBorrowing(s, r, hitBlocks, want)) {
      if (!passHead(s)) break;
      continue;
    }
    admit(s, r, hitBlocks, want);
    grant(s, r, want, padded ? 1 : 0, extra);
    if (partly) partial++;
    if (foreseeing) pledgePrompt(s, r, want);
  }
  takeBack(s);
}

/** Prompts under way that this iteration does not complete. */
function partialPrompts(s: Replica): number {
  const { running, plan } = s;
  let partial = 0;
  for (let k = 0; k < running.n; k++) if (!decodes(s, running.ids[k])) partial++;
  for (let k = 0; k < plan.n; k++) {
    const r = plan.ids[k];
    if (!decodes(s, r) && plan.tokens[k] >= lacking(s, r)) partial--;
  }
  return partial;
}

/** The head of the queue does not fit: passes over it. False: admission ends. */
function passHead(s: Replica): boolean {
  if (s.rules.closesOnMisfit && s.running.n > 0) {
    s.closed = true;
    return false;
  }
  if (s.aside.n === 0) noteBlocked(s);
  if (s.rules.misfit === 'stop' || s.aside.n >= s.rules.maxPassed) return false;
  passOver(s);
  s.blockedHead = -1;
  return true;
}
