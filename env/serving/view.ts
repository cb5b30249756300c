/** What a policy is shown: the view of a replica, filled at every turn. */

import { prefixKey } from './block-hash.js';
import { copyIds, type IdList, pushId } from './ids.js';
import { findHit } from './kv.js';
import { createPlan } from './plan.js';
import { type Ids, NO_CAP, type ReplicaView, type Scheduler } from './policy.js';
import type { Replica } from './replica.js';
import { Where } from './requests.js';

/** The view as the engine fills it. */
export interface OpenView extends ReplicaView {
  now: number;
  cause: number;
  changed: Ids;
  batch: ReplicaView['batch'];
  verified: number;
  pool: { free: number; total: number; blockSize: number; hostBlocks: number; hostFree: number };
}

/** The window of a replica: columns that have happened, beliefs, lists; nothing leads from here to the truth. */
export function createView(s: Replica): OpenView {
  return {
    now: 0,
    cause: 0,
    live: s.live,
    changed: s.live,
    ended: s.ended,
    running: s.running,
    batch: createPlan(0),
    verified: 0,
    requests: s.requests,
    beliefs: s.beliefs,
    pool: {
      free: s.rules.blocks,
      total: s.rules.blocks,
      blockSize: s.rules.blockSize,
      hostBlocks: s.rules.hostBlocks,
      hostFree: s.rules.hostBlocks,
    },
    prefixHit: (r) =>
      s.hidden.where[r] !== Where.nowhere && s.requests.computed[r] === 0 ? findHit(s, r) * s.rules.blockSize : 0,
    prefixKey: (r, tokens) => (s.hidden.where[r] !== Where.nowhere ? keyOf(s, r, tokens) : 0),
  };
}

function keyOf(s: Replica, r: number, tokens: number): number {
  const { requests, rules, workload } = s;
  const texts = s.prefix ?? { blockSize: rules.blockSize, content: workload.content ?? null };
  const blocks = Math.floor(Math.min(tokens, requests.known[r]) / rules.blockSize);
  return prefixKey(texts, s.hidden.row[r], requests.promptTokens[r], blocks);
}

/** Fills the view and the scalars of the decision for the policy that is about to be asked. */
export function openTurn(s: Replica, view: OpenView, policy: Scheduler): void {
  if (s.ended.n > 0) dropEnded(s);
  if (s.predictor.progress) tellProgress(s);
  s.totals.turns++;
  fillView(s, view, policy);
}

/** Fills the view of an open turn; alone it reopens the turn of a state that was restored. */
export function fillView(s: Replica, view: OpenView, policy: Scheduler): void {
  view.now = s.now;
  view.cause = s.cause;
  view.changed = newsOf(s);
  view.pool.free = s.free;
  view.pool.hostFree = s.swap ? s.swap.hostFree : 0;
  view.batch = s.plan;
  view.verified = s.totals.drafts;
  const { decision } = s;
  decision.tokenBudget = s.rules.tokenBudget;
  decision.headroom = s.watermark;
  decision.chunkCap = NO_CAP;
  decision.growth = 0;
  decision.wakeAt = Infinity;
  decision.wakeIn = policy.wakeIn ?? 1;
  decision.took = 0;
  decision.touched.n = 0;
}

/** Who moved: those marked, and everyone who runs if the last batch had all of them. */
function newsOf(s: Replica): IdList {
  const { changed, running, news } = s;
  if (!s.repeated) return changed;
  if (changed.n === 0) return running;
  copyIds(running, news);
  const { where } = s.hidden;
  for (let k = 0; k < changed.n; k++) if (where[changed.ids[k]] !== Where.running) pushId(news, changed.ids[k]);
  return news;
}

/** The predictor may refine what it believes of everyone who moved. */
function tellProgress(s: Replica): void {
  const { ids, n } = newsOf(s);
  for (let k = 0; k < n; k++) s.predictor.progress?.(ids[k]);
}

/** Those who left are not among the changed. */
function dropEnded(s: Replica): void {
  const { changed, hidden } = s;
  let kept = 0;
  for (let k = 0; k < changed.n; k++) {
    const r = changed.ids[k];
    if (hidden.where[r] === Where.nowhere) hidden.marked[r] = 0;
    else changed.ids[kept++] = r;
  }
  changed.n = kept;
}
