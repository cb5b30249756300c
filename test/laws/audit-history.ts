/** What an auditor keeps of the past, and the laws that tie it to the present: tokens, evictions, time, those who left. */
import { createShape } from '../../env/serving/cost/cost.js';
import type { Engine } from '../../env/serving/engine.js';
import type { Plan } from '../../env/serving/plan.js';
import type { Replica } from '../../env/serving/replica.js';
import { State, Where } from '../../env/serving/requests.js';
import { createTotals } from '../../env/serving/totals.js';
import { ownTimes } from '../../env/workloads/rounds.js';
import { type Claims, openClaims } from './audit-reserve.js';
import { each, must, mustEqual } from './must.js';

/** What the auditor keeps of the past. */
export interface Book {
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
  readonly claims: Claims;
}

export function openBook(capacity: number): Book {
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
    claims: openClaims(capacity),
  };
}

/** Whoever lost blocks since it was last seen lost all it had computed, unless it was copied to the host. */
export function noteEvictions(s: Replica, b: Book): void {
  const { evictions } = s.requests;
  each(s.live, (r) => {
    if (evictions[r] !== b.evictions[r]) noteEviction(s, b, r);
  });
}

function noteEviction(s: Replica, b: Book, r: number): void {
  const evictions = s.requests.evictions[r];
  must(s, evictions > b.evictions[r], () => `${r} has fewer evictions than before`);
  b.evictions[r] = evictions;
  if (s.swap && s.hidden.hostBlocks[r] > 0) {
    mustEqual(s, s.requests.computed[r], b.computed[r], `tokens of ${r} that were copied`);
    return;
  }
  b.lost += b.computed[r];
  b.computed[r] = 0;
}

/** Planned tokens continue where the request stood: at what it had computed, or at a hit of whole blocks. */
export function notePlan(s: Replica, b: Book, plan: Plan): void {
  const { requests, rules, totals } = s;
  const admitted = new Set(s.admitted.ids.subarray(0, s.admitted.n));
  mustEqual(s, totals.sequenceSteps, b.sums.sequenceSteps, 'sequence steps');
  each(plan, (r, k) => {
    const began = requests.computed[r] - plan.tokens[k];
    b.sums.scheduledTokens += plan.tokens[k];
    if (admitted.has(r)) {
      must(
        s,
        b.computed[r] <= (s.swap ? began : 0) && began % rules.blockSize === 0 && (began === 0 || s.prefix !== null),
        () => `${r} is admitted at token ${began}`,
      );
      b.sums.hitTokens += began;
    } else mustEqual(s, began, b.computed[r], `tokens ${r} had computed`);
  });
  each(s.live, (r) => {
    if (plan.ids.subarray(0, plan.n).includes(r)) b.computed[r] = requests.computed[r];
    else if (requests.computed[r] !== b.computed[r]) {
      // Admitted, but no token was left for it: only what it found counts.
      must(
        s,
        admitted.has(r) && requests.computed[r] % rules.blockSize === 0,
        () => `${r} computed tokens outside the batch`,
      );
      b.computed[r] = requests.computed[r];
    }
  });
  b.sums.sequenceSteps += plan.n;
  b.sums.iterations++;
}

export function noteTime(s: Replica, b: Book, from: number): void {
  // An asynchronous engine that fills its pipeline passes time without ending a batch.
  must(
    s,
    s.rules.asyncDepth > 0 ? from >= b.lastBorder : from === b.lastBorder,
    () => `an interval begins at ${from}, the last ended at ${b.lastBorder}`,
  );
  must(s, Number.isSafeInteger(s.now) && s.now >= from, () => `the clock goes from ${from} to ${s.now}`);
  b.lastBorder = s.now;
}

/** What the plan's requests had before it is committed. */
export function noteBefore(s: Replica, b: Book, plan: Plan): void {
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
export function checkCommit(s: Replica, b: Book, plan: Plan): void {
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
    must(
      s,
      accepted >= 0 && accepted <= proposed && (plan.padding[k] === 0 || accepted === 0),
      () => `${r} accepted ${accepted} of ${proposed}`,
    );
    mustEqual(s, more, Math.min(1 + accepted, hidden.end[r] - b.generated[r]), `new tokens of ${r}`);
    mustEqual(s, requests.lastToken[r], s.now, `last token of ${r}`);
    if (b.generated[r] === 0) mustEqual(s, requests.firstToken[r], s.now, `first token of ${r}`);
    if (!stale) b.computed[r] -= proposed - accepted;
  });
  each(s.live, (r) => mustEqual(s, requests.computed[r], b.computed[r], `computed tokens of ${r}`));
}

/** A repetition is m decode iterations of the running list. */
export function noteRepeat(s: Replica, b: Book, m: number, from: number): void {
  const { running, requests, rules, cost, times } = s;
  must(s, m >= 1 && running.n > 0, () => `${running.n} requests are repeated ${m} times`);
  let context = 0;
  let longest = 0;
  each(running, (r) => {
    b.computed[r] += m;
    mustEqual(s, requests.computed[r], b.computed[r], `computed tokens of repeated ${r}`);
    mustEqual(s, requests.lastToken[r], s.now, `last token of repeated ${r}`);
    context += b.computed[r] - m;
    longest = Math.max(longest, b.computed[r] - m);
  });
  let now = from;
  for (let i = 0; i < m; i++) {
    if (rules.asyncDepth === 0) {
      const n = running.n;
      const shape = {
        ...createShape(),
        sequences: n,
        tokens: n,
        decodeTokens: n,
        decodes: n,
        context: context + i * n,
        longest: cost.readsLongest ? longest + i : 0,
      };
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

export function noteLeaving(s: Replica, b: Book, r: number, time: number): void {
  const { requests, hidden } = s;
  const state = requests.state[r];
  must(
    s,
    time >= requests.arrival[r] && time <= s.now,
    () => `${r} leaves at ${time}, arrived at ${requests.arrival[r]}`,
  );
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
export function checkHistory(s: Replica, b: Book): void {
  const { requests, hidden, totals, live } = s;
  let area = b.leftArea;
  each(live, (r) => {
    area += s.now - requests.arrival[r];
  });
  mustEqual(s, totals.areaInSystem, area, '∫N dt');
  mustEqual(s, totals.finished + totals.aborted + totals.rejected + live.n, b.delivered, 'requests that left + live');
  const sums = { generated: 0, drafts: 0, evictions: 0, pauses: 0, lost: 0 };
  for (let r = 0; r < b.delivered; r++) {
    sums.generated += requests.generated[r];
    sums.drafts += requests.proposed[r];
    sums.evictions += requests.evictions[r];
    sums.pauses += requests.pauses[r];
    sums.lost += hidden.lost[r];
  }
  mustEqual(s, totals.generatedTokens, sums.generated, 'generated tokens');
  mustEqual(s, totals.drafts, sums.drafts, 'drafts verified');
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
export function checkEnd(engine: Engine, b: Book): void {
  const { replica: s, outcome } = engine;
  const { totals, rules } = s;
  mustEqual(s, b.delivered, engine.delivered, 'delivered requests');
  must(s, outcome !== 'running', () => 'the episode is not over');
  if (outcome === 'stuck')
    must(s, rules.unfit === 'block', () => 'stuck, although requests that never fit are rejected');
  if (outcome !== 'drained') return;
  mustEqual(s, s.live.n, 0, 'live requests of a drained engine');
  mustEqual(s, engine.cursor, ownTimes(s.workload), 'requests that came at their own times');
  mustEqual(s, engine.delivered, s.workload.count, 'requests that came');
  mustEqual(s, s.free, rules.blocks, 'free blocks of a drained engine');
  mustEqual(s, s.reservedBlocks, 0, 'reserved blocks of a drained engine');
  mustEqual(s, totals.areaInSystem, b.leftArea, 'Σ JCT');
  mustEqual(s, totals.iterations, b.sums.iterations, 'iterations');
}
