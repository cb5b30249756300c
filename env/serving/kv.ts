/** The KV pool: growing a request by blocks and taking them back. */
import { endLoansOf } from './lending.js';
import { enterBlocks, freeBlocks, lookup, seatRequest, takeBlocks } from './prefix.js';
import type { Replica } from './replica.js';

/** Blocks that hold `tokens` tokens. */
export const blocksFor = (tokens: number, blockSize: number): number => Math.ceil(tokens / blockSize);

/**
 * KV slots for `tokens` and `ahead` more for drafts behind them: the model length ends both, and where nobody may block
 * for ever drafts do without when the whole pool is too small for them.
 */
export function slotsFor(s: Replica, tokens: number, ahead: number): number {
  const { rules } = s;
  const slots = Math.min(tokens + ahead, rules.maxModelLen);
  return rules.unfit === 'reject' ? Math.min(slots, Math.max(tokens, rules.blocks * rules.blockSize)) : slots;
}

/** Makes room for `slots` KV tokens of r. False: not enough free blocks that are not set aside for others, and nothing was taken. */
export function grow(s: Replica, r: number, slots: number): boolean {
  const held = s.requests.blocks[r];
  const lacking = slots - held * s.rules.blockSize;
  if (lacking <= 0) return true;
  const count = Math.ceil(lacking / s.rules.blockSize);
  if (count - s.hidden.reserved[r] > s.free - s.reservedBlocks) return false;
  takeFree(s, r, held, count);
  return true;
}

/** Gives r, which holds `held` blocks, `count` free ones. The caller has checked that they are there. */
export function takeFree(s: Replica, r: number, held: number, count: number): void {
  s.free -= count;
  s.requests.blocks[r] = held + count;
  const claim = s.hidden.reserved[r];
  if (claim > 0) {
    const used = Math.min(claim, count);
    s.hidden.reserved[r] = claim - used;
    s.reservedBlocks -= used;
  }
  if (s.prefix) takeBlocks(s.prefix, r, held, count);
}

/** Enters the full blocks among r's first `tokens` tokens in the prefix cache. */
export function enterFull(s: Replica, r: number, tokens: number): void {
  if (!s.prefix) return;
  const full = Math.floor(tokens / s.rules.blockSize);
  enterBlocks(s.prefix, r, s.hidden.row[r], s.requests.promptTokens[r], full);
}

/** r claims nothing beyond its blocks any more: what was set aside for it, lent or borrowed is settled. */
export function giveUpClaims(s: Replica, r: number): void {
  if (s.lent.n > 0) endLoansOf(s, r);
  s.reservedBlocks -= s.hidden.reserved[r];
  s.hidden.reserved[r] = 0;
}

/** Gives back all blocks of r. */
export function releaseBlocks(s: Replica, r: number): void {
  const held = s.requests.blocks[r];
  giveUpClaims(s, r);
  s.requests.blocks[r] = 0;
  if (!s.prefix) {
    s.free += held;
    return;
  }
  if (s.prefix.seat[r] !== 0) s.free += freeBlocks(s.prefix, r, held, s.rules.unhashedFreed === 'front');
}

/** Blocks of r found in the prefix cache; at least its last known token is left to compute. Details are in `prefix.found`. */
export function findHit(s: Replica, r: number): number {
  if (!s.prefix) return 0;
  const most = Math.floor((s.requests.known[r] - 1) / s.rules.blockSize);
  lookup(s.prefix, s.hidden.row[r], s.requests.promptTokens[r], most);
  return s.prefix.found.n;
}

/** Starts r's block table with the blocks that `findHit` just found. */
export function claimHit(s: Replica, r: number): void {
  if (!s.prefix) return;
  s.free -= seatRequest(s.prefix, r, s.hidden.row[r], s.requests.promptTokens[r]);
  s.requests.blocks[r] = s.prefix.found.n;
}
