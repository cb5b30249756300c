/** What losing its blocks means for a request: everything is computed again, or copied to the host and back. */
import { noteEviction } from './circling.js';
import { indexOfId, pushId, removeIdAt } from './ids.js';
import { releaseBlocks } from './kv.js';
import { readRanksLate } from './news.js';
import { enqueue, leaveLists, mark, setAside, stopRunning } from './order.js';
import { Cause } from './policy.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';
import { beginLeaving, shouldSwap } from './swap.js';

/** Takes all blocks of a resident. With a host to go to, its KV is copied there, and the blocks come free when that has ended. */
export function evict(s: Replica, r: number): void {
  const { requests } = s;
  readRanksLate(s);
  if (s.rules.candidates === 'by-rank') removeIdAt(s.residents, indexOfId(s.residents, r));
  if (s.swap && shouldSwap(s, r)) {
    leaveLists(s, r);
    beginLeaving(s, s.swap, r);
  } else drop(s, r);
  requests.drafts[r] = 0;
  requests.evictions[r]++;
  s.totals.evictions++;
  noteEviction(s);
  mark(s, r);
  pushId(s.evicted, r);
  s.cause |= Cause.shortage;
  s.steady = false;
  s.blockedHead = -1;
  s.closed = false;
}

/** What it had computed is lost; what it generated is known and will be computed again. */
function drop(s: Replica, r: number): void {
  const { requests, hidden } = s;
  releaseBlocks(s, r);
  hidden.lost[r] = requests.computed[r];
  requests.computed[r] = 0;
  hidden.placeholders[r] = 0;
  if (s.rules.asyncDepth > 0) hidden.pending[r] = 0;
  requests.state[r] = State.waiting;
  if (hidden.where[r] !== Where.running) return;
  stopRunning(s, indexOfId(s.running, r));
  if (s.decision.hold[r]) setAside(s, r);
  else enqueue(s, r);
}

/** Takes r out of the plan being formed; its tokens come back to the packer. `extra`: input tokens it took besides. */
export function unplan(s: Replica, r: number, extra: number): void {
  const { plan } = s;
  const at = indexOfId(plan, r);
  if (at < 0) return;
  s.left += plan.tokens[at] + extra;
  if (at < plan.plain) plan.plain--;
  plan.ones = 0;
  plan.tokens.copyWithin(at, at + 1, plan.n);
  plan.padding.copyWithin(at, at + 1, plan.n);
  removeIdAt(plan, at);
}
