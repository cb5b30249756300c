/** What an iteration changes: tokens are computed when it is planned, and appear when it ends. */
import { decodes, flushRepeated } from './batch.js';
import { clearShape } from './cost/cost.js';
import { indexOfId, pushId, removeIdAt } from './ids.js';
import { enterFull, releaseBlocks } from './kv.js';
import { delist, dequeue, mark, release, stopRunning } from './order.js';
import { Cause } from './policy.js';
import type { Plan, Replica } from './replica.js';
import { State, Where } from './requests.js';
import { draftsAsked, propose, verify } from './speculation.js';

/** Computed tokens move on as planned; the shape of the batch and who will sample follow. */
export function settle(s: Replica): void {
  const { plan, requests, hidden } = s;
  const { shape } = plan;
  const asynchronous = s.rules.asyncDepth > 0;
  clearShape(shape);
  shape.sequences = plan.n;
  let single = true;
  for (let k = 0; k < plan.n; k++) {
    const r = plan.ids[k];
    const tokens = plan.tokens[k];
    const done = requests.computed[r];
    const base = requests.known[r] + hidden.placeholders[r];
    const after = done + tokens;
    const drafts = Math.max(0, after - base);
    const emits = after >= base;
    if (decodes(s, r)) {
      shape.decodes++;
      shape.decodeTokens += tokens;
      shape.context += done;
      if (tokens !== 1) single = false;
    } else {
      shape.prefills++;
      shape.prefillTokens += tokens;
      shape.prefillWork += tokens * done + (tokens * tokens) / 2;
      shape.prefillReads += after;
      single = false;
    }
    requests.computed[r] = after;
    requests.drafts[r] = 0;
    plan.drafts[k] = drafts;
    plan.emits[k] = emits ? 1 : 0;
    hidden.catchingUp[r] = emits ? 0 : 1;
    plan.evictions[k] = requests.evictions[r];
    if (emits) {
      const asked = draftsAsked(s, r);
      if (asked > 0) {
        single = false;
        shape.draftTokens += asked;
        if (asked > shape.draftDepth) shape.draftDepth = asked;
      }
      if (asynchronous) {
        hidden.placeholders[r] += 1 + drafts;
        requests.drafts[r] = asked;
      }
    }
    if (asynchronous) hidden.pending[r] += tokens;
  }
  shape.tokens = shape.prefillTokens + shape.decodeTokens;
  s.untilEnd = 0;
  s.totals.scheduledTokens += shape.tokens;
  s.steady = single && plan.n > 0 && plan.n === s.running.n && s.evicted.n === 0 && s.admitted.n === 0;
}

/** The plan ended at `s.now`: tokens appear, rejected drafts are taken back, whoever is complete leaves. */
export function commit(s: Replica, plan: Plan): void {
  const { requests, hidden } = s;
  const asynchronous = s.rules.asyncDepth > 0;
  const hashAccepted = s.rules.hashAfterUpdate === 'drafts-or-async';
  for (let k = 0; k < plan.n; k++) {
    const r = plan.ids[k];
    if (requests.state[r] >= State.finished) continue;
    const stale = requests.evictions[r] !== plan.evictions[k];
    if (asynchronous && !stale) hidden.pending[r] -= plan.tokens[k];
    requests.service[r] += plan.length;
    mark(s, r);
    if (!plan.emits[k] || exitAt(s, r) < s.now) continue; // a client that hung up meanwhile gets nothing more
    const drafts = plan.drafts[k];
    const accepted = verify(s, r, drafts, plan.padding[k] === 1);
    hidden.samples[r]++;
    if (!stale) {
      requests.computed[r] -= drafts - accepted;
      if (asynchronous) hidden.placeholders[r] -= 1 + drafts;
    }
    const tokens = Math.min(1 + accepted, hidden.end[r] - requests.generated[r]);
    requests.generated[r] += tokens;
    requests.known[r] += tokens;
    s.totals.generatedTokens += tokens;
    requests.lastToken[r] = s.now;
    if (requests.generated[r] === tokens) requests.firstToken[r] = s.now;
    if (s.prefix && !stale && (asynchronous || (hashAccepted && accepted > 0))) {
      const inFlight = asynchronous ? hidden.pending[r] : 0;
      enterFull(s, r, Math.min(requests.computed[r] - inFlight, requests.known[r] - 1));
    }
    if (requests.generated[r] === hidden.end[r]) leave(s, r, State.finished, s.now);
    else if (!asynchronous) propose(s, r);
  }
}

/** When r leaves unserved if it is still here: its client gives up, or its deadline counts as that. */
export function exitAt(s: Replica, r: number): number {
  if (!s.exits) return Infinity;
  const abortAt = s.workload.abortAt[s.hidden.row[r]];
  return s.rules.late === 'abort' ? Math.min(abortAt, s.requests.deadline[r]) : abortAt;
}

/** r leaves at `time` for good: out of every list, its blocks come free. */
export function leave(s: Replica, r: number, state: number, time: number): void {
  const { hidden, requests } = s;
  flushRepeated(s);
  s.steady = false;
  if (requests.blocks[r] > 0) {
    releaseBlocks(s, r);
    if (s.rules.candidates === 'by-rank') removeIdAt(s.residents, indexOfId(s.residents, r));
  }
  const where = hidden.where[r];
  if (where === Where.running) stopRunning(s, indexOfId(s.running, r));
  else if (where === Where.queue) dequeue(s, r);
  else if (where === Where.held) release(s, r);
  hidden.where[r] = Where.nowhere;
  delist(s, r);
  requests.state[r] = state;
  requests.drafts[r] = 0;
  hidden.left[r] = time;
  pushId(s.ended, r);
  if (state === State.finished) {
    s.totals.finished++;
    s.predictor.observe?.(r);
  } else if (state === State.aborted) s.totals.aborted++;
  else s.totals.rejected++;
  s.cause |= Cause.finish;
  for (const recorder of s.recorders) recorder.left?.(s, r, time);
}
