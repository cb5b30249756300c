/** Laws of a planned batch. */
import { type BatchShape, createShape } from '../../env/serving/cost/cost.js';
import type { Plan } from '../../env/serving/plan.js';
import type { Replica } from '../../env/serving/replica.js';
import { Where } from '../../env/serving/requests.js';
import { each, must, mustEqual } from './must.js';

/** A plan keeps its limits, and its shape is what its tokens say. */
export function checkPlan(s: Replica, plan: Plan): void {
  const { rules, requests, hidden, decision } = s;
  const asynchronous = rules.asyncDepth > 0;
  const draftModel = rules.proposer === 'draft-model' && rules.drafts > 0;
  const extra = draftModel && rules.lookaheadAtAdmission ? 1 : 0;
  const off = draftModel && !rules.lookaheadAtAdmission ? rules.maxBatch : 0;
  const shape = createShape();
  let used = off;
  each(plan, (r, k) => {
    const tokens = plan.tokens[k];
    used += tokens + extra;
    must(s, plan.ids.indexOf(r) === k, () => `${r} is in the batch twice`);
    mustEqual(s, hidden.where[r], Where.running, `where of ${r} in the batch`);
    must(s, tokens >= 1, () => `${r} has ${tokens} tokens in the batch`);
    must(
      s,
      tokens <= Math.max(1, Math.floor(Math.min(decision.chunk[r], decision.chunkCap))),
      () => `${r} has ${tokens} tokens, its caps are ${decision.chunk[r]} and ${decision.chunkCap}`,
    );
    const threshold = rules.longPrefillThreshold;
    must(
      s,
      threshold === 0 || tokens <= threshold || (s.live.n === 1 && !rules.thresholdAlone),
      () => `${r} has ${tokens} tokens over the threshold`,
    );
    must(
      s,
      plan.drafts[k] < tokens && plan.drafts[k] <= rules.maxDrafts,
      () => `${r} verifies ${plan.drafts[k]} drafts in ${tokens} tokens`,
    );
    // The tokens it had before are known; behind them come the drafts.
    const outputs = asynchronous ? hidden.placeholders[r] - (plan.emits[k] ? 1 + plan.drafts[k] : 0) : 0;
    const base = requests.known[r] + outputs;
    const after = requests.computed[r];
    mustEqual(s, plan.emits[k], after >= base ? 1 : 0, `${r} samples`);
    mustEqual(s, plan.drafts[k], Math.max(0, after - base), `drafts of ${r}`);
    must(s, after <= rules.maxModelLen, () => `${r} computes ${after} tokens, over the model length`);
    addToShape(s, shape, r, after - tokens, tokens, base, plan.emits[k] === 1);
  });
  // A prompt that cannot be chunked, or a padded token, gets the engine's whole budget when nothing else can run.
  const whole = !rules.chunkedPrefill || (rules.padOneToken && rules.maxDrafts > 0);
  const budget = whole ? rules.tokenBudget : s.tokenBudget;
  const unbound = rules.decodesBeyondBudget && shape.prefillTokens === 0;
  must(s, plan.n === 0 || unbound || used <= budget, () => `the batch takes ${used} of ${budget} tokens`);
  checkWay(s, plan);
  for (const field of Object.keys(shape) as (keyof BatchShape)[])
    mustEqual(s, plan.shape[field], shape[field], `shape.${field}`);
}

/** The batch is formed as the rules say: who shares it, who was admitted to it, how many prompts are under way. */
function checkWay(s: Replica, plan: Plan): void {
  const { rules, requests, admitted, running } = s;
  const entered = new Set(admitted.ids.subarray(0, admitted.n));
  if (rules.batching !== 'mixed') {
    let decoding = 0;
    each(plan, (r, k) => {
      const began = requests.computed[r] - plan.tokens[k];
      const decodes = began >= requests.promptTokens[r] && plan.tokens[k] - plan.drafts[k] === 1 && plan.emits[k] === 1;
      if (decodes && !entered.has(r)) decoding++;
    });
    must(s, decoding === 0 || decoding === plan.n, () => `${decoding} of ${plan.n} in the batch decode`);
  }
  if (rules.admits === 'when-empty' && admitted.n > 0)
    mustEqual(s, admitted.n, running.n, 'admitted to an empty engine');
  let partial = 0;
  each(running, (r) => {
    const lacking = requests.known[r] - requests.computed[r];
    if (lacking > 1 || (lacking === 1 && requests.computed[r] < requests.promptTokens[r])) partial++;
  });
  must(s, rules.asyncDepth > 0 || partial <= rules.maxPartial, () => `${partial} prompts are under way`);
}

function addToShape(
  s: Replica,
  shape: BatchShape,
  r: number,
  done: number,
  tokens: number,
  base: number,
  emits: boolean,
): void {
  shape.sequences++;
  shape.tokens += tokens;
  if (done >= s.requests.promptTokens[r] && base - done === 1) {
    shape.decodes++;
    shape.decodeTokens += tokens;
    shape.context += done;
    if (s.cost.readsLongest) shape.longest = Math.max(shape.longest, done);
  } else {
    shape.prefills++;
    shape.prefillTokens += tokens;
    shape.prefillWork += tokens * done + tokens ** 2 / 2;
    shape.prefillReads += done + tokens;
  }
  if (!emits) return;
  const asked = Math.min(s.decision.draft[r], s.rules.maxDrafts);
  shape.draftTokens += asked;
  shape.draftDepth = Math.max(shape.draftDepth, asked);
}
