/** What losing its blocks means for a request: everything is computed again. */
import { indexOfId, pushId, removeIdAt } from './ids.js';
import { releaseBlocks } from './kv.js';
import { enqueue, mark, setAside, stopRunning } from './order.js';
import { Cause } from './policy.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';

/** Takes all blocks of a resident: what it had computed is lost, what it generated is known and will be computed again. */
export function evict(s: Replica, r: number): void {
  const { requests, hidden } = s;
  const { where } = hidden;
  releaseBlocks(s, r);
  if (s.rules.candidates === 'by-rank') removeIdAt(s.residents, indexOfId(s.residents, r));
  hidden.lost[r] = requests.computed[r];
  requests.computed[r] = 0;
  requests.drafts[r] = 0;
  hidden.placeholders[r] = 0;
  if (s.rules.asyncDepth > 0) hidden.pending[r] = 0;
  requests.evictions[r]++;
  requests.state[r] = State.waiting;
  s.totals.evictions++;
  if (where[r] === Where.running) {
    stopRunning(s, indexOfId(s.running, r));
    if (s.decision.hold[r]) setAside(s, r);
    else enqueue(s, r);
  }
  mark(s, r);
  pushId(s.evicted, r);
  s.cause |= Cause.shortage;
  s.steady = false;
  s.blockedHead = -1;
  s.closed = false;
}

/** Takes r out of the plan being formed; its tokens come back to the packer. `extra`: input tokens it took besides. */
export function unplan(s: Replica, r: number, extra: number): void {
  const { plan } = s;
  const at = indexOfId(plan, r);
  if (at < 0) return;
  s.left += plan.tokens[at] + extra;
  if (at < plan.plain) plan.plain--;
  plan.tokens.copyWithin(at, at + 1, plan.n);
  plan.padding.copyWithin(at, at + 1, plan.n);
  removeIdAt(plan, at);
}
