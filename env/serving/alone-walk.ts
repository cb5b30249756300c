/** A request alone with drafts, batch by batch: what it proposes and accepts depends on where it stands. */
import type { Micros } from '../time.js';
import type { Acceptance } from '../workloads/acceptance/acceptance.js';
import { createClock, decode, prefill, type Solo, spend, thresholdAlone } from './alone-clock.js';
import { type CostModel, clearShape } from './cost/cost.js';
import type { Rules } from './rules.js';

/** Walks that were made: runs that are compared in pairs ask for the same ones again. */
interface Walks {
  readonly rules: Rules;
  readonly cost: CostModel;
  readonly byRow: Map<number, { readonly request: Solo; readonly time: Micros }>;
}
const walks = new WeakMap<Acceptance, Walks>();

/** Time alone of one request of these. */
export function createWalks(rules: Rules, cost: CostModel, acceptance: Acceptance): (request: Solo) => Micros {
  let made = walks.get(acceptance);
  if (made?.rules !== rules || made.cost !== cost) {
    made = { rules, cost, byRow: new Map() };
    walks.set(acceptance, made);
  }
  const { byRow } = made;
  return (request) => {
    const known = byRow.get(request.row);
    if (known && sameRequest(known.request, request)) return known.time;
    const time = walk(rules, cost, acceptance, request);
    byRow.set(request.row, { request, time });
    return time;
  };
}

const sameRequest = (a: Solo, b: Solo): boolean =>
  a.prompt === b.prompt && a.declared === b.declared && a.end === b.end;

function walk(rules: Rules, cost: CostModel, acceptance: Acceptance, { row, prompt, declared, end }: Solo): Micros {
  const clock = createClock(rules, cost);
  const { asynchronous, shape } = clock;
  const { drafts: asked, proposer, lookaheadAtAdmission } = rules;
  const draftModel = proposer === 'draft-model';
  const budget = rules.tokenBudget - (draftModel ? (lookaheadAtAdmission ? 1 : rules.maxBatch) : 0);
  const most = Math.min(budget, thresholdAlone(rules));
  let computed = 0;
  let generated = 0;
  let samples = 0;
  let held = 0; // drafts to be verified
  let coming = 0; // outputs that the batch in flight will bring
  let flying = -1; // drafts verified by the batch in flight; −1 = it does not sample
  const commit = (drafts: number): void => {
    const accepted = drafts > 0 ? acceptance.accepted(row, generated, samples, drafts) : 0;
    computed -= drafts - accepted;
    if (asynchronous) coming -= 1 + drafts;
    generated = Math.min(generated + 1 + accepted, end);
    if (!asynchronous && generated < end) held = acceptance.proposed(row, generated, samples, asked);
    samples++;
  };
  for (;;) {
    const base = prompt + generated + coming;
    const lastInFlight = coming > 0 && computed + 2 - coming >= prompt + declared;
    const room = lastInFlight ? 0 : rules.maxModelLen - 1 - computed;
    const tokens = Math.min(base + held - computed, most, room);
    const decoding = base - computed === 1 && computed >= prompt;
    if (tokens <= 0) clearShape(shape);
    else if (decoding) decode(shape, computed, tokens);
    else prefill(shape, computed, tokens);
    let verified = -1;
    if (tokens > 0) {
      computed += tokens;
      held = 0;
      if (computed >= base) {
        verified = computed - base;
        shape.draftTokens = asked;
        shape.draftDepth = asked;
      }
    }
    spend(clock);
    if (asynchronous) {
      // The batch planned before has ended; this one is in flight from now on.
      const ended = flying;
      flying = verified;
      if (verified >= 0) {
        coming += 1 + verified;
        held = asked;
      }
      if (ended >= 0) commit(ended);
    } else if (verified >= 0) commit(verified);
    if (generated === end) return clock.time;
  }
}
