/**
 * Lending (CacheOPT calls it embedding): blocks set aside for one request lie idle until it has grown to them. A waiting
 * request that finds no others may be admitted into them. A loan is an amount of blocks, not certain ones:
 *
 *     reservedBlocks = Σ blocks set aside − Σ blocks lent
 *
 * so taking a loan changes nothing for third parties. Before the lender comes to its last own block the loan is taken
 * back: from free blocks if there are so many (headroom included), else the borrower is evicted.
 * A lender lends to one at a time, and no borrower lends. All of a loan is held by the borrower or set aside for it.
 */
import { evict, unplan } from './eviction.js';
import { indexOfId, pushId, removeIdAt } from './ids.js';
import { blocksFor } from './kv.js';
import type { Replica } from './replica.js';

/** Takes a loan of `blocks` blocks for r from the resident who can spare most. False: nobody can. */
export function borrow(s: Replica, r: number, blocks: number): boolean {
  const { rules, lenders, borrowers, lent } = s;
  if (!rules.lends || blocks <= 0) return false;
  const { ids, n } = rules.candidates === 'by-rank' ? s.residents : s.running;
  const { reserved } = s.hidden;
  let lender = -1;
  let most = blocks + blocksFor(rules.lendBuffer, rules.blockSize) - 1;
  for (let k = 0; k < n; k++) {
    const h = ids[k];
    if (reserved[h] <= most || indexOfId(lenders, h) >= 0 || indexOfId(borrowers, h) >= 0) continue;
    if (growsInto(s, h, blocks)) continue;
    lender = h;
    most = reserved[h];
  }
  if (lender < 0) return false;
  pushId(lenders, lender);
  pushId(borrowers, r);
  pushId(lent, blocks);
  s.reservedBlocks -= blocks;
  return true;
}

/** True if a loan of so many blocks is due. */
const growsInto = (s: Replica, h: number, blocks: number): boolean => ownRoom(s, h, blocks) < s.rules.takeBackAhead;

/** Tokens that lender h can still compute before it needs what it lent. */
function ownRoom(s: Replica, h: number, blocks: number): number {
  const { requests, rules, hidden } = s;
  return (requests.blocks[h] + hidden.reserved[h] - blocks) * rules.blockSize - requests.computed[h];
}

/** Blocks set aside for r that are lent, less those it borrowed: what its leaving does not bring. */
export function loansOf(s: Replica, r: number): number {
  let sum = 0;
  for (let k = 0; k < s.lent.n; k++) if (s.lenders.ids[k] === r || s.borrowers.ids[k] === r) sum += s.lent.ids[k];
  return sum;
}

/** Takes back every loan that is due, before a batch is formed. */
export function settleLoans(s: Replica): void {
  for (let k = s.lent.n - 1; k >= 0; k--) {
    if (growsInto(s, s.lenders.ids[k], s.lent.ids[k])) takeBack(s, k, 0);
  }
}

/** Takes back what r lent, if it needs it for `slots` KV tokens. `extra`: input tokens of whoever was planned. */
export function redeem(s: Replica, r: number, slots: number, extra: number): void {
  const k = indexOfId(s.lenders, r);
  if (k < 0) return;
  const own = s.requests.blocks[r] + s.hidden.reserved[r] - s.lent.ids[k];
  if (blocksFor(slots, s.rules.blockSize) > own) takeBack(s, k, extra);
}

/** Decode iterations until the first loan is due. */
export function iterationsToLoan(s: Replica): number {
  let least = Infinity;
  for (let k = 0; k < s.lent.n; k++) {
    least = Math.min(least, ownRoom(s, s.lenders.ids[k], s.lent.ids[k]) - s.rules.takeBackAhead + 1);
  }
  return Math.max(0, least);
}

function takeBack(s: Replica, k: number, extra: number): void {
  if (s.free - s.reservedBlocks >= s.lent.ids[k]) {
    endLoan(s, k);
    return;
  }
  const borrower = s.borrowers.ids[k];
  unplan(s, borrower, extra);
  evict(s, borrower);
}

/** r gives up its blocks: what it lent or borrowed is settled. */
export function endLoansOf(s: Replica, r: number): void {
  for (let k = s.lent.n - 1; k >= 0; k--) if (s.lenders.ids[k] === r || s.borrowers.ids[k] === r) endLoan(s, k);
}

function endLoan(s: Replica, k: number): void {
  s.reservedBlocks += s.lent.ids[k];
  removeIdAt(s.lenders, k);
  removeIdAt(s.borrowers, k);
  removeIdAt(s.lent, k);
  s.blockedHead = -1;
}
