/** Laws of blocks that are set aside, lent or pledged: what an admission takes, and that it is there when its owner comes. */
import { ratioNow } from '../../env/serving/new-token-ratio.js';
import type { Plan } from '../../env/serving/plan.js';
import type { Replica } from '../../env/serving/replica.js';
import { each, must, mustEqual } from './must.js';

/** What is kept of admissions. */
export interface Claims {
  /** By request: blocks held and set aside when it was admitted. */
  readonly blocks: Float64Array;
  /** The new-token ratio, followed step by step. */
  ratio: number;
}

export const openClaims = (capacity: number): Claims => ({ blocks: new Float64Array(capacity), ratio: Number.NaN });

/** Set aside + lent add up, and what is set aside is free, or comes free: a borrower may still be on its way to the host. */
export function checkReserves(s: Replica): void {
  const { hidden, requests, live, lenders, borrowers, lent } = s;
  let reserved = 0;
  each(live, (r) => {
    must(s, hidden.reserved[r] >= 0, () => `${hidden.reserved[r]} blocks are set aside for ${r}`);
    must(s, hidden.reserved[r] === 0 || requests.blocks[r] > 0, () => `${r} has reserved blocks and holds none`);
    reserved += hidden.reserved[r];
  });
  mustEqual(s, borrowers.n, lenders.n, 'borrowers');
  mustEqual(s, lent.n, lenders.n, 'loans');
  each(lent, (blocks, k) => {
    const lender = lenders.ids[k];
    const borrower = borrowers.ids[k];
    reserved -= blocks;
    must(s, s.rules.lends && blocks > 0, () => `${lender} lends ${blocks} blocks`);
    must(s, hidden.reserved[lender] >= blocks, () => `${lender} lends more than is set aside for it`);
    must(s, lenders.ids.indexOf(lender) === k, () => `${lender} lends twice`);
    must(s, borrowers.ids.indexOf(borrower) === k, () => `${borrower} borrows twice`);
    must(s, !borrowers.ids.subarray(0, borrowers.n).includes(lender), () => `borrower ${lender} lends`);
    must(s, requests.blocks[borrower] + hidden.reserved[borrower] >= blocks, () => `${borrower} owes more than it has`);
  });
  mustEqual(s, s.reservedBlocks, reserved, 'blocks set aside and not lent');
  const leaving = s.swap ? s.swap.leaving : 0;
  must(
    s,
    s.free + leaving >= s.reservedBlocks,
    () => `${s.reservedBlocks} blocks are set aside, ${s.free} are free, ${leaving} are leaving`,
  );
}

/** Blocks for the tokens that the rules say are reserved for r, admitted just now; 0 = none. */
function reservedFor(s: Replica, r: number): number {
  const { rules, requests, beliefs, decision } = s;
  const most = Math.min(requests.promptTokens[r] + requests.declared[r], rules.maxModelLen);
  const spread = rules.reserveSpreads * beliefs.lengthSpread[r] + rules.reservePadding;
  const believed = requests.promptTokens[r] + Math.ceil(beliefs.length[r] + spread);
  const tokens: Partial<Record<typeof rules.admissionReserve, number>> = {
    declared: most,
    predicted: Math.min(most, Math.max(requests.known[r], believed)),
    'model-length': rules.maxModelLen,
  };
  if (s.borrowers.ids.subarray(0, s.borrowers.n).includes(r)) tokens.prompt = requests.known[r];
  const growth = Math.min(Math.max(0, decision.growth), Number.MAX_VALUE);
  const believedRest = Math.max(0, beliefs.length[r] - requests.generated[r]);
  const said = decision.reserve[r];
  const own = said < 0 && growth > 0 ? Math.ceil(requests.known[r] + growth * believedRest) : said;
  return Math.ceil((own >= 0 ? Math.min(own, most) : (tokens[rules.admissionReserve] ?? 0)) / rules.blockSize);
}

/** Whoever was admitted has what its rule says, held or set aside; of everyone else both together stay what they were until it has grown beyond. */
export function notePlanned(s: Replica, c: Claims, plan: Plan): void {
  const { requests, hidden, rules } = s;
  const admitted = new Set(s.admitted.ids.subarray(0, s.admitted.n));
  each(s.admitted, (r) => {
    const held = requests.blocks[r];
    c.blocks[r] = held + hidden.reserved[r];
    if (held === 0) return; // evicted for another since
    mustEqual(s, c.blocks[r], Math.max(held, reservedFor(s, r)), `blocks held and set aside for admitted ${r}`);
    if (rules.maxDrafts > 0 || rules.candidates === 'by-rank') return;
    const end = rules.admissionReserve === 'allocate-prompt' ? requests.known[r] : requests.computed[r];
    mustEqual(s, held, Math.ceil(end / rules.blockSize), `blocks allocated to admitted ${r}`);
  });
  noteMoving(s, c);
  each(s.live, (r) => {
    const held = requests.blocks[r];
    if (held === 0) c.blocks[r] = 0;
    else if (!admitted.has(r)) {
      mustEqual(s, hidden.reserved[r], Math.max(0, c.blocks[r] - held), `blocks set aside for ${r}`);
    }
  });
  if (rules.admissionReserve === 'kv-use' && rules.candidates === 'running-first' && !s.prefix) checkKvUse(s);
  noteRatio(s, c, plan);
}

/** Whoever leaves for the host gives up its claims, and has new ones when it comes back. */
function noteMoving(s: Replica, c: Claims): void {
  if (!s.swap) return;
  const { requests, hidden } = s;
  for (const { queue } of [s.swap.out, s.swap.back]) {
    each(queue, (r) => {
      c.blocks[r] = requests.blocks[r] + hidden.reserved[r];
    });
  }
}

/** Beside others nobody was admitted while many blocks were in use. Who comes back from the host may have begun to in the same batch, after the last admission. */
function checkKvUse(s: Replica): void {
  const { admitted, rules, running } = s;
  if (admitted.n === 0 || running.n === 1) return;
  let used = rules.blocks - s.free - s.requests.blocks[admitted.ids[admitted.n - 1]];
  if (s.swap) each(s.swap.back.queue, (r) => (used -= s.requests.blocks[r]));
  must(
    s,
    rules.blocks === Infinity || used < rules.kvShare * rules.blocks,
    () => `admitted with ${used} blocks in use`,
  );
}

/** The ratio falls by a step in a decode iteration, is estimated anew where someone lost its blocks for it, and rests else. */
function noteRatio(s: Replica, c: Claims, plan: Plan): void {
  const { rules, requests, running } = s;
  if (rules.admissionReserve !== 'ratio') return;
  if (Number.isNaN(c.ratio)) c.ratio = rules.ratioStart;
  if (plan.n > 0 && plan.shape.prefills === 0 && s.admitted.n === 0) {
    if (s.evicted.n > s.evictedBefore) {
      let decoded = 0;
      let most = 0;
      each(running, (r) => {
        decoded += requests.generated[r];
        most += requests.declared[r];
      });
      c.ratio = Math.min(1, (decoded + rules.ratioAhead * running.n) / (most + 1));
    } else stepRatio(s, c, 1);
  }
  checkRatio(s, c);
}

function stepRatio({ rules }: Replica, c: Claims, m: number): void {
  const step = (rules.ratioStart - rules.ratioLeast) / rules.ratioSteps;
  for (let i = 0; i < m; i++) c.ratio = Math.max(rules.ratioLeast, c.ratio - step);
}

function checkRatio(s: Replica, c: Claims): void {
  must(s, Math.abs(ratioNow(s) - c.ratio) < 1e-9, () => `the new-token ratio is ${ratioNow(s)}, expected ${c.ratio}`);
}

/** m decode iterations without shortage. */
export function noteRepeated(s: Replica, c: Claims, m: number): void {
  if (s.rules.admissionReserve !== 'ratio') return;
  stepRatio(s, c, m);
  checkRatio(s, c);
}

/** The engine is empty, or waits. */
export function noteIdle(s: Replica, c: Claims): void {
  noteMoving(s, c);
  if (s.live.n > 0) return;
  c.ratio = s.rules.ratioStart;
  if (s.rules.admissionReserve === 'ratio') checkRatio(s, c);
}
