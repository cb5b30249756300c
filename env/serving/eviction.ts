/** Who loses its blocks when they run out, and what losing them means: everything is computed again, or copied to the host and back. */
import { indexOfId, pushId, removeIdAt } from './ids.js';
import { releaseBlocks } from './kv.js';
import { enqueue, leaveLists, mark, setAside, stopRunning } from './order.js';
import { Cause, Place } from './policy.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';
import { beginLeaving, shouldSwap } from './swap.js';
import { refuse } from './turn.js';

/** Eviction order as the policy wants it. */
function keepOf(s: Replica, r: number): number {
  const { decision } = s;
  const keep = decision.keep[r];
  if (Number.isNaN(keep)) refuse(s, s.policyName, 'keep', r);
  return decision.place[r] === Place.keep ? Infinity : keep;
}

/** The victim among the residents: lowest keep, then by the engine's rule. −1 = nobody has blocks. */
export function chooseVictim(s: Replica): number {
  const byRank = s.rules.candidates === 'by-rank';
  const { ids, n } = byRank ? s.residents : s.running;
  const { urgency } = s.hidden;
  const worstRank = s.rules.victim === 'worst-rank';
  const first = s.rules.victimTie === 'first';
  let victim = -1;
  let keep = Infinity;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    const own = keepOf(s, r);
    let worse = victim < 0 || own < keep;
    if (!worse && own === keep) {
      if (!worstRank) worse = true;
      else if (urgency[r] !== urgency[victim]) worse = urgency[r] > urgency[victim];
      else worse = byRank ? r > victim === !first : !first;
    }
    if (worse) {
      victim = r;
      keep = own;
    }
  }
  return victim;
}

/** Takes all blocks of a resident. With a host to go to, its KV is copied there, and the blocks come free when that has ended. */
export function evict(s: Replica, r: number): void {
  const { requests } = s;
  if (s.rules.candidates === 'by-rank') removeIdAt(s.residents, indexOfId(s.residents, r));
  if (s.swap && shouldSwap(s, r)) {
    leaveLists(s, r);
    beginLeaving(s, s.swap, r);
  } else drop(s, r);
  requests.drafts[r] = 0;
  requests.evictions[r]++;
  s.totals.evictions++;
  mark(s, r);
  pushId(s.evicted, r);
  s.cause |= Cause.shortage;
  s.steady = false;
  s.blockedHead = -1;
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
  plan.tokens.copyWithin(at, at + 1, plan.n);
  plan.padding.copyWithin(at, at + 1, plan.n);
  removeIdAt(plan, at);
}
