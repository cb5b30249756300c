/**
 * How long a request takes alone on an idle engine: the denominator of its slowdown. The engine has the same rules, cost
 * and γ, an empty prefix cache, and nobody else; the request has its own length and luck.
 *
 * It is what a run of the engine with this one request gives, to the microsecond, asynchronous engines included: there
 * the first batch is planned on an idle device, and from then on an iteration lasts as long as the longer of planning the
 * next batch and computing this one. A decode of one sequence costs what its context says, so without drafts the
 * decodes of any request are a difference of two entries of one table.
 */
import type { Acceptance } from '../workloads/acceptance.js';
import type { Micros } from '../time.js';
import { type BatchShape, type CostModel, clearShape, createShape } from './cost/cost.js';
import type { Rules } from './rules.js';

/** What the time alone depends on. */
export interface Solo {
  /** Row of the workload: whose luck it has. */
  readonly row: number;
  readonly prompt: number;
  /** Most tokens it may generate. */
  readonly declared: number;
  /** Tokens it will generate. */
  readonly end: number;
}

/** Time alone from arrival to the last token. Tables are shared by all requests it is asked about. */
export function createAlone(rules: Rules, cost: CostModel, acceptance: Acceptance): (request: Solo) => Micros {
  if (rules.drafts > 0) return (request) => walk(rules, cost, acceptance, request);
  const decodes = createDecodes(rules, cost);
  return ({ prompt, declared, end }) => {
    const clock = createClock(rules, cost);
    const most = Math.min(rules.tokenBudget, thresholdAlone(rules));
    for (let done = 0; done < prompt; done += most) {
      prefill(clock.shape, done, Math.min(most, prompt - done));
      spend(clock);
    }
    if (end > 1) {
      decode(clock.shape, prompt, 1);
      spend(clock);
      clock.time += decodes.between(prompt, prompt + end - 2);
      clock.device = decodes.device(prompt + end - 2);
    }
    if (end === declared) clearShape(clock.shape);
    else decode(clock.shape, prompt + end - 1, 1);
    return finish(clock);
  };
}

const thresholdAlone = (rules: Rules): number =>
  rules.longPrefillThreshold > 0 && rules.thresholdAlone ? rules.longPrefillThreshold : Infinity;

/** Time passes batch by batch. */
interface Clock {
  readonly asynchronous: boolean;
  readonly cost: CostModel;
  readonly shape: BatchShape;
  time: Micros;
  /** Time that the batch in flight needs; −1 = none is. */
  device: Micros;
}

const createClock = (rules: Rules, cost: CostModel): Clock => ({
  asynchronous: rules.asyncDepth > 0,
  cost,
  shape: createShape(),
  time: 0,
  device: -1,
});

/** The batch in `shape` is carried out; asynchronous: it is planned while the one before is carried out. */
function spend(clock: Clock): void {
  const { cost, shape } = clock;
  if (clock.asynchronous) {
    clock.time += Math.max(cost.cpu(shape), clock.device);
    clock.device = cost.device(shape);
  } else clock.time += cost.iteration(shape);
}

/** The end of the last batch: an asynchronous engine plans one more beside it, which is in `shape`. */
const finish = (clock: Clock): Micros =>
  clock.asynchronous ? clock.time + Math.max(clock.cost.cpu(clock.shape), clock.device) : clock.time;

function prefill(shape: BatchShape, done: number, tokens: number): void {
  clearShape(shape);
  shape.sequences = 1;
  shape.tokens = tokens;
  shape.prefills = 1;
  shape.prefillTokens = tokens;
  shape.prefillWork = tokens * done + (tokens * tokens) / 2;
  shape.prefillReads = done + tokens;
}

function decode(shape: BatchShape, context: number, tokens: number): void {
  clearShape(shape);
  shape.sequences = 1;
  shape.tokens = tokens;
  shape.decodes = 1;
  shape.decodeTokens = tokens;
  shape.context = context;
}

/** Decodes of one sequence, tabulated by context as far as anyone asked. */
function createDecodes(rules: Rules, cost: CostModel) {
  const shape = createShape();
  let sums = new Float64Array(1024);
  let known = 1; // entries: sums[c] is Σ step(1 … c)
  const device = (context: number): Micros => {
    decode(shape, context, 1);
    return cost.device(shape);
  };
  /** What the decode at `context` lasts; asynchronous: the one before, beside which it is planned. */
  const step = (context: number): Micros => {
    decode(shape, context, 1);
    return rules.asyncDepth > 0 ? Math.max(cost.cpu(shape), device(context - 1)) : cost.iteration(shape);
  };
  const upTo = (context: number): Micros => {
    if (context >= sums.length) {
      const wider = new Float64Array(Math.max(2 * sums.length, context + 1));
      wider.set(sums);
      sums = wider;
    }
    for (; known <= context; known++) sums[known] = sums[known - 1] + step(known);
    return sums[context];
  };
  return {
    device,
    /** Decodes at contexts first + 1 … last. */
    between: (first: number, last: number): Micros => upTo(last) - upTo(first),
  };
}

/** One request with drafts, batch by batch: what it proposes and accepts depends on where it stands. */
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
