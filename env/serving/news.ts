/** What a policy wrote of those who moved, in bulk: whose ranks are others, and about whom there is more to read. */

import { eitherSet } from './bulk.js';
import { reserveIds } from './ids.js';
import { inOrder } from './order.js';
import type { Ids } from './policy.js';
import type { Replica } from './replica.js';
import { Where } from './requests.js';

/** Index policies: of those who moved, the ones about whom there is something to read, into `told`. */
export function pickNews(s: Replica, { ids, n }: Ids): void {
  const { told, blockedHead } = s;
  const { rank, hold, place } = s.decision;
  const { urgency, where } = s.hidden;
  reserveIds(told, n + 4);
  const list = told.ids;
  let count = 0;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    const sameA = rank[a] === urgency[a] && (hold[a] | place[a]) === 0 && where[a] !== Where.held && a !== blockedHead;
    const sameB = rank[b] === urgency[b] && (hold[b] | place[b]) === 0 && where[b] !== Where.held && b !== blockedHead;
    const sameC = rank[c] === urgency[c] && (hold[c] | place[c]) === 0 && where[c] !== Where.held && c !== blockedHead;
    const sameD = rank[d] === urgency[d] && (hold[d] | place[d]) === 0 && where[d] !== Where.held && d !== blockedHead;
    list[count] = a;
    count = (count + (sameA ? 0 : 1)) | 0;
    list[count] = b;
    count = (count + (sameB ? 0 : 1)) | 0;
    list[count] = c;
    count = (count + (sameC ? 0 : 1)) | 0;
    list[count] = d;
    count = (count + (sameD ? 0 : 1)) | 0;
  }
  for (; k < n; k++) {
    const r = ids[k];
    const same = rank[r] === urgency[r] && (hold[r] | place[r]) === 0 && where[r] !== Where.held && r !== blockedHead;
    list[count] = r;
    count += same ? 0 : 1;
  }
  told.n = count;
}

/**
 * Of those who moved, who has something to read, into `told`. After a repetition only running requests moved, which are read in bulk:
 * their ranks at once where everyone goes by rank, else when blocks run out.
 */
export function readNews(s: Replica, changed: Ids): void {
  const runningFirst = s.rules.candidates === 'running-first';
  if (s.repeated) pickNews(s, runningFirst || readRunning(s) ? s.changed : changed);
  else {
    if (runningFirst) takeRanks(s); // else each of them would have news
    pickNews(s, changed);
  }
}

/** Reads the ranks of the running requests. False if any of them has more to say than that. */
function readRunning(s: Replica): boolean {
  const { hold, place } = s.decision;
  const { ids, n } = s.running;
  takeRanks(s);
  if (!inOrder(s)) s.runningMoved = true;
  return !eitherSet(hold, place, ids, n);
}

/** The policy has spoken: where who runs goes first, nobody has read their ranks yet. */
export function ranksAreNew(s: Replica): void {
  s.ranksRead = s.rules.candidates === 'by-rank';
}

/** Somebody loses its blocks: the ranks of who runs are read if they were not, and written first where the policy has waited with that. */
export function readRanksLate(s: Replica): void {
  if (s.ranksRead) return;
  s.ranksRead = true;
  s.writeLate?.(s.running, s.decision);
  takeRanks(s);
}

/** Takes over the ranks of the running requests. Four a time, as in `advance`. */
function takeRanks(s: Replica): void {
  const { rank } = s.decision;
  const { urgency } = s.hidden;
  const { ids, n } = s.running;
  let sum = 0;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    const rankA = rank[a];
    const rankB = rank[b];
    const rankC = rank[c];
    const rankD = rank[d];
    sum += rankA + rankB + (rankC + rankD);
    urgency[a] = rankA;
    urgency[b] = rankB;
    urgency[c] = rankC;
    urgency[d] = rankD;
  }
  for (; k < n; k++) {
    const r = ids[k];
    sum += rank[r];
    urgency[r] = rank[r];
  }
  if (Number.isNaN(sum)) findNaN(s);
}

/** Refuses the rank that is not a number. A sum is none if any term is not, or if ∞ and −∞ meet, which is allowed. */
function findNaN(s: Replica): void {
  const { ids, n } = s.running;
  for (let k = 0; k < n; k++) if (Number.isNaN(s.decision.rank[ids[k]])) refuse(s, s.policyName, 'rank', ids[k]);
}

/** The one place that refuses opinions which are not numbers. */
export function refuse(s: Replica, policy: string, what: string, r?: number): never {
  const whom = r === undefined ? '' : ` of request ${r} (key ${s.requests.key[r]})`;
  throw new Error(`policy ${policy} wrote NaN into ${what}${whom} at ${s.now} µs, expected a number`);
}
