/** A recorder that trusts nothing: at every border it recomputes the engine's state from scratch and compares. */
import { exitAt } from '../../env/serving/commit.js';
import { type BatchShape, createShape } from '../../env/serving/cost/cost.js';
import type { Engine } from '../../env/serving/engine.js';
import type { IdList } from '../../env/serving/ids.js';
import { before } from '../../env/serving/order.js';
import type { PrefixCache } from '../../env/serving/prefix.js';
import type { Recorder } from '../../env/serving/recorder.js';
import { createTotals, type Plan, type Replica } from '../../env/serving/replica.js';
import { State, Where } from '../../env/serving/requests.js';

export interface Auditor extends Recorder {
  /** States checked so far. */
  readonly audits: number;
  /** What must hold of an episode that is over. */
  close(engine: Engine): void;
}

export interface AuditorOptions {
  /** More iterations than this count as a hang [100,000]. */
  readonly iterations?: number;
}

export function createAuditor({ iterations: cap = 100_000 }: AuditorOptions = {}): Auditor {
  let book: Book | null = null;
  let audits = 0;
  const at = (s: Replica): Book => (book ??= openBook(s.ledger.capacity));
  const audit = (s: Replica, plans: readonly (Plan | null)[]): void => {
    audits++;
    checkState(s);
    if (s.rules.asyncDepth > 0) checkFlight(s, plans);
    checkHistory(s, at(s));
  };
  return {
    get audits() {
      return audits;
    },
    arrived(s, r) {
      const b = at(s);
      must(s, r === b.delivered++, () => `request ${r} is delivered out of turn`);
      must(s, s.requests.arrival[r] <= s.now && s.requests.arrival[r] >= b.lastArrival, () => `${r} is delivered before its arrival`);
      b.lastArrival = s.requests.arrival[r];
    },
    planned(s) {
      const b = at(s);
      checkPlan(s, s.plan);
      noteEvictions(s, b);
      notePlan(s, b, s.plan);
      audit(s, [s.flight, s.plan]);
      if (++b.plans > cap) must(s, false, () => `no end after ${cap} iterations`);
    },
    ending(s, plan, from) {
      noteTime(s, at(s), from);
      noteBefore(s, at(s), plan);
    },
    repeated(s, m, from) {
      noteTime(s, at(s), from);
      noteRepeat(s, at(s), m, from);
    },
    committed(s, plan) {
      const b = at(s);
      if (b.repeats > 0) b.repeats = 0;
      else checkCommit(s, b, plan);
      audit(s, [s.flight]);
    },
    left(s, r, time) {
      noteLeaving(s, at(s), r, time);
    },
    idle(s, from) {
      const b = at(s);
      noteTime(s, b, from);
      noteEvictions(s, b);
      must(s, s.rules.unfit === 'block' || s.live.n === s.held.n, () => 'idle, although a request that nobody holds is here');
      audit(s, [s.flight]);
    },
    save: () => structuredClone(book),
    load(saved) {
      book = structuredClone(saved) as Book | null;
    },
    close(engine) {
      checkEnd(engine, at(engine.replica));
    },
  };
}

/** Checks states and plans alone: for engines whose past it has not seen. */
export const createStateAuditor = (): Recorder => ({
  planned(s) {
    checkPlan(s, s.plan);
    checkState(s);
  },
  committed: checkState,
});

/** What the auditor keeps of the past. */
interface Book {
  delivered: number;
  lastArrival: number;
  lastBorder: number;
  plans: number;
  /** Iterations of the repetition that is being committed. */
  repeats: number;
  readonly sums: ReturnType<typeof createTotals>;
  /** Σ of tokens that evictions took. */
  lost: number;
  leftArea: number;
  /** By request, as of the last time it was seen. */
  readonly computed: Float64Array;
  readonly evictions: Float64Array;
  readonly generated: Float64Array;
  readonly proposed: Float64Array;
  readonly accepted: Float64Array;
  readonly service: Float64Array;
  readonly gone: Uint8Array;
}

function openBook(capacity: number): Book {
  const column = () => new Float64Array(capacity);
  return {
    delivered: 0,
    lastArrival: 0,
    lastBorder: 0,
    plans: 0,
    repeats: 0,
    sums: createTotals(),
    lost: 0,
    leftArea: 0,
    computed: column(),
    evictions: column(),
    generated: column(),
    proposed: column(),
    accepted: column(),
    service: column(),
    gone: new Uint8Array(capacity),
  };
}

function must(s: Replica, holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`law broken at ${s.now} µs, iteration ${s.totals.iterations}: ${what()}`);
}

function mustEqual(s: Replica, found: number, expected: number, what: string): void {
  if (found !== expected) must(s, false, () => `${what} is ${found}, expected ${expected}`);
}

const each = ({ ids, n }: IdList, visit: (r: number, k: number) => void): void => {
  for (let k = 0; k < n; k++) visit(ids[k], k);
};

/** Laws of one state, whatever came before. */
function checkState(s: Replica): void {
  checkLists(s);
  checkColumns(s);
  checkBlocks(s);
  if (s.prefix) checkCache(s, s.prefix);
}

/** Every live id is in exactly one list, in its place; the lists are in order. */
function checkLists(s: Replica): void {
  const { live, queue, running, held, residents, hidden, requests, rules } = s;
  mustEqual(s, queue.n + running.n + held.n + s.aside.n, live.n, 'queued + running + held');
  mustEqual(s, s.aside.n, 0, 'requests passed over');
  each(live, (r, k) => mustEqual(s, hidden.livePlace[r], k, `place of ${r} among the live`));
  each(queue, (r, k) => {
    mustEqual(s, hidden.queuePlace[r], k, `place of ${r} in the queue`);
    mustEqual(s, hidden.where[r], Where.queue, `where of queued ${r}`);
    if (k > 0) must(s, !before(s, r, queue.ids[(k - 1) >> 1]), () => `the queue is no heap at ${r}`);
  });
  each(held, (r, k) => {
    mustEqual(s, hidden.queuePlace[r], k, `place of ${r} among the held`);
    mustEqual(s, hidden.where[r], Where.held, `where of held ${r}`);
  });
  each(running, (r, k) => {
    mustEqual(s, hidden.where[r], Where.running, `where of running ${r}`);
    must(s, running.ids.indexOf(r) === k, () => `${r} runs twice`);
    if (k > 0 && rules.candidates === 'by-rank' && !s.runningMoved) {
      must(s, before(s, running.ids[k - 1], r), () => `running ${r} stands out of rank`);
    }
  });
  must(s, running.n <= rules.maxBatch, () => `${running.n} run in ${rules.maxBatch} seats`);
  must(s, residents.n <= rules.maxResident, () => `${residents.n} residents, at most ${rules.maxResident}`);
  each(residents, (r, k) => {
    must(s, requests.blocks[r] > 0, () => `resident ${r} has no blocks`);
    must(s, residents.ids.indexOf(r) === k, () => `${r} resides twice`);
  });
  each(s.changed, (r, k) => {
    mustEqual(s, hidden.marked[r], 1, `mark of changed ${r}`);
    must(s, s.changed.ids.indexOf(r) === k, () => `${r} changed twice`);
  });
}

/** Columns of the live agree with each other and with the lists. */
function checkColumns(s: Replica): void {
  const { requests, hidden, live, rules } = s;
  const byRank = rules.candidates === 'by-rank';
  let resident = 0;
  each(live, (r) => {
    const prompt = requests.promptTokens[r];
    const generated = requests.generated[r];
    const has = requests.blocks[r] > 0;
    if (has) resident++;
    mustEqual(s, requests.known[r], prompt + generated, `known tokens of ${r}`);
    must(s, generated >= 0 && generated < Math.max(1, hidden.end[r]), () => `${r} generated ${generated} of ${hidden.end[r]} and is still here`);
    must(s, requests.drafts[r] <= rules.maxDrafts, () => `${r} holds ${requests.drafts[r]} drafts`);
    must(s, requests.accepted[r] <= requests.proposed[r], () => `${r} accepted more drafts than proposed`);
    must(s, requests.firstToken[r] <= requests.lastToken[r], () => `${r} has its last token before its first`);
    must(s, generated === 0 || requests.firstToken[r] >= requests.arrival[r], () => `${r} has a token before it arrived`);
    const running = hidden.where[r] === Where.running;
    mustEqual(s, requests.state[r], running ? State.running : has ? State.paused : State.waiting, `state of ${r}`);
    must(s, running ? has : byRank || !has, () => `${r} has ${requests.blocks[r]} blocks where it stands`);
    must(s, has || requests.computed[r] === 0, () => `${r} has computed tokens and no blocks`);
    must(s, !Number.isNaN(hidden.urgency[r]), () => `${r} has no rank`);
  });
  if (byRank) mustEqual(s, s.residents.n, resident, 'residents');
}

/** Asynchronous: what is in flight of a request is what the plans under way say. */
function checkFlight(s: Replica, plans: readonly (Plan | null)[]): void {
  const { hidden, requests, live } = s;
  const pending = new Map<number, number>();
  const outputs = new Map<number, number>();
  for (const plan of plans) {
    if (!plan) continue;
    each(plan, (r, k) => {
      if (plan.evictions[k] !== requests.evictions[r]) return;
      pending.set(r, (pending.get(r) ?? 0) + plan.tokens[k]);
      outputs.set(r, (outputs.get(r) ?? 0) + plan.emits[k] + plan.drafts[k]);
    });
  }
  each(live, (r) => {
    if (exitAt(s, r) < s.now) return; // its outputs are thrown away, and it leaves at this border
    mustEqual(s, hidden.pending[r], pending.get(r) ?? 0, `tokens in flight of ${r}`);
    mustEqual(s, hidden.placeholders[r], outputs.get(r) ?? 0, `outputs in flight of ${r}`);
  });
}

/** Blocks: held + free = all, each request has what its tokens need, reservations add up. */
function checkBlocks(s: Replica): void {
  const { requests, hidden, live, rules } = s;
  let held = 0;
  let reserved = 0;
  each(live, (r) => {
    const blocks = requests.blocks[r];
    held += blocks;
    reserved += hidden.reserved[r];
    must(s, hidden.reserved[r] === 0 || blocks > 0, () => `${r} has reserved blocks and holds none`);
    const needed = Math.ceil(requests.computed[r] / rules.blockSize);
    must(s, blocks >= needed, () => `${r} holds ${blocks} blocks for ${requests.computed[r]} tokens`);
    if (rules.maxDrafts === 0 && rules.candidates === 'running-first') mustEqual(s, blocks, needed, `blocks of ${r}`);
    must(s, (blocks - 1) * rules.blockSize < rules.maxModelLen, () => `${r} holds ${blocks} blocks, more than the model length`);
  });
  mustEqual(s, s.reservedBlocks, reserved, 'reserved blocks');
  must(s, s.free >= 0 && s.free <= rules.blocks, () => `${s.free} blocks are free`);
  if (!s.prefix && rules.blocks !== Infinity) mustEqual(s, held + s.free, rules.blocks, 'held + free blocks');
}

/** The prefix cache: references as the tables say, the free queue a ring of all unused blocks, every hash found again. */
function checkCache(s: Replica, cache: PrefixCache): void {
  const { rules, live, requests } = s;
  const references = new Int32Array(rules.blocks + 1);
  each(live, (r) => {
    const seat = cache.seat[r];
    mustEqual(s, seat > 0 ? 1 : 0, requests.blocks[r] > 0 ? 1 : 0, `block table of ${r}`);
    if (seat === 0) return;
    const table = cache.tables[seat].subarray(0, requests.blocks[r]);
    must(s, new Set(table).size === table.length, () => `${r} holds a block twice`);
    for (const block of table) references[block]++;
    must(s, cache.entered[seat] <= table.length, () => `${r} entered more blocks than it holds`);
  });
  let unused = 0;
  for (let b = 1; b <= rules.blocks; b++) {
    mustEqual(s, cache.references[b], references[b], `references of block ${b}`);
    if (references[b] === 0) unused++;
  }
  mustEqual(s, s.free, unused, 'free blocks');
  let ring = 0;
  for (let b = cache.next[0]; b !== 0; b = cache.next[b]) {
    mustEqual(s, references[b], 0, `references of free block ${b}`);
    mustEqual(s, cache.next[cache.previous[b]], b, `the free queue at block ${b}`);
    if (++ring > unused) break;
  }
  mustEqual(s, ring, unused, 'length of the free queue');
  let chained = 0;
  cache.bucket.forEach((first, slot) => {
    for (let b = first; b !== 0; b = cache.chain[b]) {
      must(s, cache.hashed[b] === 1 && (cache.hashA[b] & (cache.bucket.length - 1)) === slot, () => `block ${b} lies in a wrong bucket`);
      if (++chained > rules.blocks) must(s, false, () => 'a bucket of the prefix cache is a circle');
    }
  });
  mustEqual(s, chained, cache.hashed.reduce((sum, h) => sum + h, 0), 'blocks under a hash');
}

/** A plan keeps its limits, and its shape is what its tokens say. */
function checkPlan(s: Replica, plan: Plan): void {
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
    must(s, tokens <= Math.max(1, decision.chunk[r]), () => `${r} has ${tokens} tokens, its cap is ${decision.chunk[r]}`);
    const threshold = rules.longPrefillThreshold;
    must(s, threshold === 0 || tokens <= threshold || (s.live.n === 1 && !rules.thresholdAlone), () => `${r} has ${tokens} tokens over the threshold`);
    must(s, plan.drafts[k] < tokens && plan.drafts[k] <= rules.maxDrafts, () => `${r} verifies ${plan.drafts[k]} drafts in ${tokens} tokens`);
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
  must(s, plan.n === 0 || used <= budget, () => `the batch takes ${used} of ${budget} tokens`);
  for (const field of Object.keys(shape) as (keyof BatchShape)[]) mustEqual(s, plan.shape[field], shape[field], `shape.${field}`);
}

function addToShape(s: Replica, shape: BatchShape, r: number, done: number, tokens: number, base: number, emits: boolean): void {
  shape.sequences++;
  shape.tokens += tokens;
  if (done >= s.requests.promptTokens[r] && base - done === 1) {
    shape.decodes++;
    shape.decodeTokens += tokens;
    shape.context += done;
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

/** Whoever lost blocks since it was last seen lost all it had computed. */
function noteEvictions(s: Replica, b: Book): void {
  const { evictions } = s.requests;
  each(s.live, (r) => {
    if (evictions[r] !== b.evictions[r]) noteEviction(s, b, r);
  });
}

function noteEviction(s: Replica, b: Book, r: number): void {
  const evictions = s.requests.evictions[r];
  must(s, evictions > b.evictions[r], () => `${r} has fewer evictions than before`);
  b.lost += b.computed[r];
  b.evictions[r] = evictions;
  b.computed[r] = 0;
}

/** Planned tokens continue where the request stood: at what it had computed, or at a hit of whole blocks. */
function notePlan(s: Replica, b: Book, plan: Plan): void {
  const { requests, rules, totals } = s;
  const admitted = new Set(s.admitted.ids.subarray(0, s.admitted.n));
  mustEqual(s, totals.sequenceSteps, b.sums.sequenceSteps, 'sequence steps');
  each(plan, (r, k) => {
    const began = requests.computed[r] - plan.tokens[k];
    b.sums.scheduledTokens += plan.tokens[k];
    if (admitted.has(r)) {
      must(s, b.computed[r] === 0 && began % rules.blockSize === 0 && (began === 0 || s.prefix !== null), () => `${r} is admitted at token ${began}`);
      b.sums.hitTokens += began;
    } else mustEqual(s, began, b.computed[r], `tokens ${r} had computed`);
  });
  each(s.live, (r) => {
    if (plan.ids.subarray(0, plan.n).includes(r)) b.computed[r] = requests.computed[r];
    else if (requests.computed[r] !== b.computed[r]) {
      // Admitted, but no token was left for it: only what it found counts.
      must(s, admitted.has(r) && requests.computed[r] % rules.blockSize === 0, () => `${r} computed tokens outside the batch`);
      b.computed[r] = requests.computed[r];
    }
  });
  b.sums.sequenceSteps += plan.n;
  b.sums.iterations++;
}

function noteTime(s: Replica, b: Book, from: number): void {
  // An asynchronous engine that fills its pipeline passes time without ending a batch.
  must(s, s.rules.asyncDepth > 0 ? from >= b.lastBorder : from === b.lastBorder, () => `an interval begins at ${from}, the last ended at ${b.lastBorder}`);
  must(s, Number.isSafeInteger(s.now) && s.now >= from, () => `the clock goes from ${from} to ${s.now}`);
  b.lastBorder = s.now;
}

/** What the plan's requests had before it is committed. */
function noteBefore(s: Replica, b: Book, plan: Plan): void {
  const { requests } = s;
  each(plan, (r) => {
    b.generated[r] = requests.generated[r];
    b.proposed[r] = requests.proposed[r];
    b.accepted[r] = requests.accepted[r];
    b.service[r] = requests.service[r];
    b.gone[r] = requests.state[r] >= State.finished ? 1 : 0;
  });
}

/** A committed batch brought each sampling request one token and its accepted drafts, and took the others back. */
function checkCommit(s: Replica, b: Book, plan: Plan): void {
  const { requests, hidden, rules } = s;
  each(plan, (r, k) => {
    if (b.gone[r]) return;
    mustEqual(s, requests.service[r], b.service[r] + plan.length, `service of ${r}`);
    const accepted = requests.accepted[r] - b.accepted[r];
    const proposed = requests.proposed[r] - b.proposed[r];
    const more = requests.generated[r] - b.generated[r];
    b.sums.generatedTokens += more;
    const stale = rules.asyncDepth > 0 && requests.evictions[r] !== plan.evictions[k];
    if (more === 0) {
      must(s, !plan.emits[k] || s.exits, () => `${r} sampled and has no token`);
      mustEqual(s, proposed, 0, `drafts verified without a token of ${r}`);
      return;
    }
    mustEqual(s, proposed, plan.drafts[k], `drafts verified of ${r}`);
    must(s, accepted >= 0 && accepted <= proposed && (plan.padding[k] === 0 || accepted === 0), () => `${r} accepted ${accepted} of ${proposed}`);
    mustEqual(s, more, Math.min(1 + accepted, hidden.end[r] - b.generated[r]), `new tokens of ${r}`);
    mustEqual(s, requests.lastToken[r], s.now, `last token of ${r}`);
    if (b.generated[r] === 0) mustEqual(s, requests.firstToken[r], s.now, `first token of ${r}`);
    if (!stale) b.computed[r] -= proposed - accepted;
  });
  each(s.live, (r) => mustEqual(s, requests.computed[r], b.computed[r], `computed tokens of ${r}`));
}

/** A repetition is m decode iterations of the running list. */
function noteRepeat(s: Replica, b: Book, m: number, from: number): void {
  const { running, requests, rules, cost, times } = s;
  must(s, m >= 1 && running.n > 0, () => `${running.n} requests are repeated ${m} times`);
  let context = 0;
  each(running, (r) => {
    b.computed[r] += m;
    mustEqual(s, requests.computed[r], b.computed[r], `computed tokens of repeated ${r}`);
    mustEqual(s, requests.lastToken[r], s.now, `last token of repeated ${r}`);
    context += b.computed[r] - m;
  });
  let now = from;
  for (let i = 0; i < m; i++) {
    if (rules.asyncDepth === 0) {
      const n = running.n;
      const shape = { ...createShape(), sequences: n, tokens: n, decodeTokens: n, decodes: n, context: context + i * n };
      mustEqual(s, times[i], cost.iteration(shape), `length of repeated iteration ${i}`);
    }
    now += times[i];
  }
  mustEqual(s, s.now, now, 'the end of a repetition');
  b.repeats = m;
  b.sums.iterations += m;
  b.sums.sequenceSteps += m * running.n;
  b.sums.scheduledTokens += m * running.n;
  b.sums.generatedTokens += m * running.n;
}

function noteLeaving(s: Replica, b: Book, r: number, time: number): void {
  const { requests, hidden } = s;
  const state = requests.state[r];
  must(s, time >= requests.arrival[r] && time <= s.now, () => `${r} leaves at ${time}, arrived at ${requests.arrival[r]}`);
  mustEqual(s, hidden.where[r], Where.nowhere, `where of ${r}, which left`);
  mustEqual(s, requests.blocks[r], 0, `blocks of ${r}, which left`);
  b.leftArea += time - requests.arrival[r];
  if (requests.evictions[r] !== b.evictions[r]) noteEviction(s, b, r);
  if (state === State.finished) {
    b.sums.finished++;
    mustEqual(s, requests.generated[r], hidden.end[r], `tokens of finished ${r}`);
    mustEqual(s, time, s.now, `the end of ${r}`);
    mustEqual(s, requests.lastToken[r], time, `last token of finished ${r}`);
  } else if (state === State.aborted) b.sums.aborted++;
  else {
    mustEqual(s, state, State.rejected, `state of ${r}, which left`);
    b.sums.rejected++;
    mustEqual(s, requests.generated[r], 0, `tokens of rejected ${r}`);
  }
}

/** Running totals are sums over columns and over what was seen. */
function checkHistory(s: Replica, b: Book): void {
  const { requests, hidden, totals, live } = s;
  let area = b.leftArea;
  each(live, (r) => {
    area += s.now - requests.arrival[r];
  });
  mustEqual(s, totals.areaInSystem, area, '∫N dt');
  mustEqual(s, totals.finished + totals.aborted + totals.rejected + live.n, b.delivered, 'requests that left + live');
  const sums = { generated: 0, evictions: 0, pauses: 0, lost: 0 };
  for (let r = 0; r < b.delivered; r++) {
    sums.generated += requests.generated[r];
    sums.evictions += requests.evictions[r];
    sums.pauses += requests.pauses[r];
    sums.lost += hidden.lost[r];
  }
  mustEqual(s, totals.generatedTokens, sums.generated, 'generated tokens');
  mustEqual(s, totals.evictions, sums.evictions, 'evictions');
  mustEqual(s, totals.pauses, sums.pauses, 'pauses');
  for (const name of ['scheduledTokens', 'generatedTokens', 'finished', 'aborted', 'rejected'] as const) {
    mustEqual(s, totals[name], b.sums[name], `totals.${name}`);
  }
  if (!s.prefix) mustEqual(s, totals.recomputedTokens, b.lost - sums.lost, 'recomputed tokens');
  else must(s, totals.recomputedTokens <= b.lost + totals.hitTokens, () => 'more tokens were recomputed than lost');
  must(s, totals.hitTokens >= b.sums.hitTokens, () => 'fewer hits than batches began with');
}

/** An episode that is over: who was served, and that nothing is left behind. */
function checkEnd(engine: Engine, b: Book): void {
  const { replica: s, outcome } = engine;
  const { totals, rules } = s;
  mustEqual(s, b.delivered, engine.delivered, 'delivered requests');
  must(s, outcome !== 'running', () => 'the episode is not over');
  if (outcome === 'stuck') must(s, rules.unfit === 'block', () => 'stuck, although requests that never fit are rejected');
  if (outcome !== 'drained') return;
  mustEqual(s, s.live.n, 0, 'live requests of a drained engine');
  mustEqual(s, engine.cursor, s.workload.count, 'requests that came');
  mustEqual(s, s.free, rules.blocks, 'free blocks of a drained engine');
  mustEqual(s, s.reservedBlocks, 0, 'reserved blocks of a drained engine');
  mustEqual(s, totals.areaInSystem, b.leftArea, 'Σ JCT');
  mustEqual(s, totals.iterations, b.sums.iterations, 'iterations');
}
