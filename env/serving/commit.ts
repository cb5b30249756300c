/** What an iteration changes: tokens are computed when it is planned, and appear when it ends. */

import { everyDraft } from '../workloads/acceptance/acceptance.js';
import { fromArrival } from '../workloads/rounds.js';
import { markAll } from './bulk.js';
import { comeAfter } from './coming.js';
import { clearShape } from './cost/cost.js';
import { indexOfId, pushId, removeIdAt } from './ids.js';
import { enterFull, releaseBlocks } from './kv.js';
import { delist, leaveLists, mark } from './order.js';
import { commitVerifications } from './outcomes.js';
import { commitPlain, settlePlain } from './plain.js';
import type { Plan } from './plan.js';
import { Cause } from './policy.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';
import { draftsAsked, propose, verify } from './speculation.js';
import { cancelTransfer } from './swap.js';
import { settleVerifications } from './verifications.js';

/** Computed tokens move on as planned; the shape of the batch and who will sample follow. */
export function settle(s: Replica): void {
  const { plan, hidden } = s;
  const { computed, known, drafts: heldDrafts, promptTokens, evictions } = s.requests;
  const { shape } = plan;
  const { catchingUp, placeholders } = hidden;
  const asynchronous = s.rules.asyncDepth > 0;
  const readsLongest = s.cost.readsLongest === true;
  clearShape(shape);
  let single = true;
  let decodeCount = 0;
  let decodeTokens = 0;
  let context = 0;
  const bulk = plan.plain + plan.verifying;
  if (bulk > 0) {
    if (plan.plain > 0) settlePlain(s, plan);
    else settleVerifications(s, plan);
    decodeCount = bulk;
    decodeTokens = shape.decodeTokens;
    context = shape.context;
  }
  for (let k = bulk; k < plan.n; k++) {
    const r = plan.ids[k];
    const tokens = plan.tokens[k];
    const done = computed[r];
    const base = asynchronous ? known[r] + placeholders[r] : known[r];
    const after = done + tokens;
    if (base - done === 1 && done >= promptTokens[r]) {
      decodeCount++;
      decodeTokens += tokens;
      context += done;
      if (readsLongest && done > shape.longest) shape.longest = done;
    } else {
      shape.prefills++;
      shape.prefillTokens += tokens;
      shape.prefillWork += tokens * done + (tokens * tokens) / 2;
      shape.prefillReads += after;
      single = false;
    }
    computed[r] = after;
    const emits = after >= base;
    plan.drafts[k] = emits ? after - base : 0;
    plan.emits[k] = emits ? 1 : 0;
    catchingUp[r] = emits ? 0 : 1;
    heldDrafts[r] = 0;
    if (emits) {
      const asked = draftsAsked(s, r);
      if (asked > 0) {
        shape.draftTokens += asked;
        if (asked > shape.draftDepth) shape.draftDepth = asked;
      }
      if (asynchronous) {
        placeholders[r] += 1 + after - base;
        heldDrafts[r] = asked;
      }
    }
    if (asynchronous) {
      hidden.pending[r] += tokens;
      mark(s, r); // it moves now, the batch that ends next may be without it
      plan.evictions[k] = evictions[r];
    }
  }
  shape.sequences = plan.n;
  shape.decodes = decodeCount;
  shape.decodeTokens = decodeTokens;
  shape.context = context;
  shape.tokens = shape.prefillTokens + decodeTokens;
  s.totals.scheduledTokens += shape.tokens;
  if (asynchronous) {
    const plain = single && decodeTokens === plan.n && shape.draftTokens === 0;
    s.steady = plain && plan.n > 0 && plan.n === s.running.n && s.evicted.n === 0 && s.admitted.n === 0;
    s.untilEnd = 0;
  }
}

/** The plan ended at `s.now`: tokens appear, rejected drafts are taken back, whoever is complete leaves. */
export function commit(s: Replica, plan: Plan): void {
  const { requests, hidden, now } = s;
  const { generated, known, service, lastToken } = requests;
  const { ids, n } = plan;
  const { length } = plan;
  const asynchronous = s.rules.asyncDepth > 0;
  const entersEnded = s.prefix !== null && !s.entersPlanned;
  const hashAccepted = s.rules.hashAfterUpdate === 'drafts-or-async';
  let decoding = 0;
  let least = 0x7fffffff;
  // Where everyone who runs takes part nobody is marked: it is noted once for all.
  const everyone = !asynchronous && n === s.running.n;
  // A client that hung up meanwhile gets nothing more: then everyone is looked at.
  const bulk = s.exits && s.nextExit < now ? 0 : plan.plain + plan.verifying;
  if (bulk > 0) {
    if (!everyone) markAll(s, plan.ids, bulk);
    if (plan.plain > 0) {
      least = commitPlain(s, plan);
      decoding = least > 0 ? bulk : finishPlain(s, plan);
    } else {
      decoding = commitVerifications(s, plan);
      least = s.untilEnd;
      finishVerifications(s, plan, least === 0);
    }
  }
  for (let k = bulk; k < n; k++) {
    const r = ids[k];
    if (asynchronous && requests.state[r] >= State.finished) continue;
    const stale = asynchronous && requests.evictions[r] !== plan.evictions[k];
    if (asynchronous && !stale) hidden.pending[r] -= plan.tokens[k];
    service[r] += length;
    if (!everyone) mark(s, r);
    if (entersEnded) enterPrefilled(s, plan, k);
    if (!plan.emits[k] || (s.exits && exitAt(s, r) < now)) continue;
    const drafts = plan.drafts[k];
    const accepted = drafts > 0 ? verify(s, r, drafts, plan.padding[k] === 1) : 0;
    hidden.samples[r]++;
    if (!stale) {
      requests.computed[r] -= drafts - accepted;
      if (asynchronous) hidden.placeholders[r] -= 1 + drafts;
    }
    const before = generated[r];
    const tokens = Math.min(1 + accepted, hidden.end[r] - before);
    generated[r] = before + tokens;
    known[r] += tokens;
    s.totals.generatedTokens += tokens;
    lastToken[r] = now;
    if (before === 0) requests.firstToken[r] = now;
    if (s.entersPlanned && !stale && (asynchronous || (hashAccepted && accepted > 0))) {
      const inFlight = asynchronous ? hidden.pending[r] : 0;
      enterFull(s, r, Math.min(requests.computed[r] - inFlight, known[r] - 1));
    }
    if (before + tokens === hidden.end[r]) leave(s, r, State.finished, now);
    else if (!asynchronous && propose(s, r) === 0) {
      decoding++;
      least = Math.min(least, hidden.end[r] - before - tokens);
    }
  }
  if (asynchronous) return;
  if (everyone) s.repeated = true;
  s.decoding = everyone && bulk === n;
  s.steady = decoding > 0 && decoding === s.running.n;
  s.untilEnd = least;
  s.reshape = true;
}

/** The prompt tokens (after an eviction: those computed again) that the entry at k computed have full blocks for others to find. */
function enterPrefilled(s: Replica, plan: Plan, k: number): void {
  const r = plan.ids[k];
  const { computed, promptTokens } = s.requests;
  const tokens = plan.tokens[k] - plan.drafts[k];
  const decoded = tokens === 1 && plan.emits[k] === 1 && computed[r] - plan.tokens[k] >= promptTokens[r];
  if (!decoded) enterFull(s, r, computed[r] - plan.drafts[k]);
}

/** Of the plain ones, those who are complete leave. Returns how many go on. */
function finishPlain(s: Replica, { ids, plain }: Plan): number {
  const { generated } = s.requests;
  const { end } = s.hidden;
  let left = plain;
  for (let k = 0; k < plain; k++) {
    const r = ids[k];
    if (generated[r] < end[r]) continue;
    leave(s, r, State.finished, s.now);
    left--;
  }
  return left;
}

/** In their order: full blocks are entered where that waits for the outcome, those who are complete leave, and the others hold what the proposer offers. */
function finishVerifications(s: Replica, { ids, verifying }: Plan, leaving: boolean): void {
  const { generated, computed, known } = s.requests;
  const { end } = s.hidden;
  const enters = s.entersPlanned && s.rules.hashAfterUpdate === 'drafts-or-async';
  const offers = s.acceptance.proposed !== everyDraft;
  if (!leaving && !enters && !offers) return;
  for (let k = 0; k < verifying; k++) {
    const r = ids[k];
    if (enters) enterFull(s, r, Math.min(computed[r], known[r] - 1));
    if (generated[r] === end[r]) leave(s, r, State.finished, s.now);
    else if (offers) propose(s, r);
  }
}

/** When r leaves unserved if it is still here: its client gives up, or its deadline counts as that. */
export function exitAt(s: Replica, r: number): number {
  if (!s.exits) return Infinity;
  const { workload, requests } = s;
  const row = s.hidden.row[r];
  const abortAt = fromArrival(workload.rounds, row, requests.arrival[r]) + workload.abortAt[row];
  return s.rules.late === 'abort' ? Math.min(abortAt, requests.deadline[r]) : abortAt;
}

/** Takes r out of every list it is in; its blocks come free. */
export function withdraw(s: Replica, r: number): void {
  const { hidden, requests } = s;
  if (s.rules.asyncDepth > 0) s.steady = false;
  if (requests.blocks[r] > 0) {
    s.closed = false;
    releaseBlocks(s, r);
    if (s.rules.candidates === 'by-rank' && hidden.where[r] !== Where.moving) {
      removeIdAt(s.residents, indexOfId(s.residents, r));
    }
  }
  if (s.swap) cancelTransfer(s, s.swap, r);
  leaveLists(s, r);
  delist(s, r);
  requests.drafts[r] = 0;
  pushId(s.ended, r);
  s.cause |= Cause.finish;
}

/** r leaves at `time` for good. */
export function leave(s: Replica, r: number, state: number, time: number): void {
  if (s.prefix && !s.entersPlanned && s.requests.blocks[r] > 0) {
    enterFull(s, r, Math.min(s.requests.computed[r], s.requests.known[r] - 1));
  }
  withdraw(s, r);
  s.requests.state[r] = state;
  s.hidden.left[r] = time;
  if (state === State.finished) {
    s.totals.finished++;
    s.predictor.observe?.(r);
  } else if (state === State.aborted) s.totals.aborted++;
  else s.totals.rejected++;
  for (const recorder of s.recorders) recorder.left?.(s, r, time);
  if (s.workload.rounds) comeAfter(s.coming, s.workload.rounds, s.hidden.row[r], time);
}
