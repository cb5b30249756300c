/**
 * Plain decodes: requests that compute their last token and nothing else. They are nearly all of every batch, so they are
 * planned, computed and committed in bulk.
 */
import { advance, anySet, atBorder, atBorderOrFull, computeOne, contextOf, leastLeft, longestOf } from './bulk.js';
import { enterFull, takeFree } from './kv.js';
import type { Plan } from './plan.js';
import type { Replica } from './replica.js';
import { extraInput } from './speculation.js';

/**
 * Plans one token for everyone who decodes, if they are plain and tokens and blocks suffice for all of them; else nothing.
 * @returns true if everyone who decodes is planned
 */
export function packPlain(s: Replica): boolean {
  const { plan, running, rules } = s;
  if (running.n === 0 || rules.asyncDepth > 0 || extraInput(s) > 0) return false;
  const runningFirst = rules.candidates === 'running-first';
  const together = runningFirst && rules.phases === 'as-ranked' && rules.batching === 'mixed';
  if (runningFirst && s.steady) listRunning(s);
  else if (together || !collectPlain(s)) return false;
  if ((plan.n > s.left && !rules.decodesBeyondBudget) || !growOnce(s, plan.ids, plan.n)) {
    plan.n = 0;
    return false;
  }
  if (runningFirst && !s.steady) for (let k = 0; k < plan.n; k++) s.hidden.catchingUp[plan.ids[k]] = 0;
  plan.plain = plan.n;
  s.left -= plan.n;
  holdOnes(plan);
  return true;
}

/** A token each, no drafts, all of them sample. */
function holdOnes(plan: Plan): void {
  const { n, ones } = plan;
  if (n <= ones) return;
  plan.tokens.fill(1, ones, n);
  plan.drafts.fill(0, ones, n);
  plan.padding.fill(0, ones, n);
  plan.emits.fill(1, ones, n);
  plan.ones = n;
}

/** The batch is the running list. */
export function listRunning(s: Replica): void {
  const { plan } = s;
  const { ids, n } = s.running;
  const list = plan.ids;
  for (let k = 0; k < n; k++) list[k] = ids[k];
  plan.n = n;
}

/** Those of the running list that decode. False if any of them verifies or asks for drafts. */
function collectPlain(s: Replica): boolean {
  const { plan, running } = s;
  const { known, computed, promptTokens, drafts } = s.requests;
  const { ids, n } = running;
  if (s.rules.maxDrafts > 0 && (anySet(drafts, ids, n) || anySet(s.decision.draft, ids, n))) return false;
  let plain = 0;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    const done = computed[r];
    plan.ids[plain] = r;
    plain += known[r] - done === 1 && done >= promptTokens[r] ? 1 : 0;
  }
  plan.n = plain;
  return true;
}

/** Blocks for one more token of each, in this order. False, and nothing was taken, if there are not enough. */
function growOnce(s: Replica, ids: Int32Array, n: number): boolean {
  const { computed, blocks } = s.requests;
  const { crossing } = s;
  const { blockSize } = s.rules;
  const visits = s.entersPlanned ? atBorderOrFull(s, ids, n) : atBorder(s, ids, n, 1);
  const room = s.free - s.reservedBlocks;
  if (visits > room) {
    const { reserved } = s.hidden;
    let lacking = 0;
    for (let k = 0; k < visits; k++) {
      const r = crossing[k];
      if (reserved[r] === 0 && computed[r] + 1 > blocks[r] * blockSize) lacking++;
    }
    if (lacking > room) return false;
  }
  for (let k = 0; k < visits; k++) {
    const r = crossing[k];
    const after = computed[r] + 1;
    const held = blocks[r];
    if (after > held * blockSize) takeFree(s, r, held, 1);
    if (s.entersPlanned) enterFull(s, r, after);
  }
  return true;
}

/** Computed tokens of the plain ones move on by one; the shape counts them. */
export function settlePlain(s: Replica, plan: Plan): void {
  const { ids, plain, shape } = plan;
  shape.decodes = plain;
  shape.decodeTokens = plain;
  shape.context = contextOf(s, ids, plain);
  if (s.cost.readsLongest) shape.longest = longestOf(s, ids, plain);
  computeOne(s, ids, plain);
  if (plan.ones < plain) {
    plan.drafts.fill(0, 0, plain);
    plan.emits.fill(1, 0, plain);
  }
}

/** The tokens of the plain ones appear. Returns the tokens that the first of them to end still lacks. */
export function commitPlain(s: Replica, plan: Plan): number {
  const { ids, plain } = plan;
  advance(s, ids, plain, 1, 0, plan.length);
  s.totals.generatedTokens += plain;
  if (s.acceptance.stepwise) for (let k = 0; k < plain; k++) s.hidden.samples[ids[k]]++;
  return leastLeft(s, ids, plain);
}
