/** Nothing can hang: what happens when a batch comes out empty although requests are here. */
import { pack } from './batch.js';
import { circlingIdler } from './circling.js';
import { evict } from './eviction.js';
import { before, enqueue, release } from './order.js';
import type { Replica } from './replica.js';
import { nextTransfer } from './swap.js';

/**
 * Packs again until something runs. A queued request may take the blocks of residents that do not run, worst rank first;
 * a budget too small for a prompt that cannot be chunked is the engine's this once; if everyone is held and nothing is to come, the lowest id is served all the same.
 * @param more something comes from outside: those who are held may wait for it. (This is the one thing of the future that can
 *   be felt, and only by a policy that holds everybody.)
 * @returns false if nothing can run now
 */
export function unblock(s: Replica, more: boolean): boolean {
  const asked = s.tokenBudget;
  let takings = s.residents.n; // one each: whom packing admits again would be evicted for ever
  while (s.plan.n === 0) {
    if (s.swap && nextTransfer(s.swap) < Infinity) break; // blocks come free, or somebody comes back
    if (s.queue.n + s.running.n > 0 && s.residents.n > 0 && takings-- > 0) evict(s, idler(s));
    else if (s.queue.n === 0 && s.held.n > 0 && !more) force(s);
    else if (s.queue.n > 0 && s.tokenBudget < s.rules.tokenBudget) s.tokenBudget = s.rules.tokenBudget;
    else break;
    pack(s);
  }
  s.tokenBudget = asked;
  return s.plan.n > 0;
}

/** The worst resident, where rules do not go round in circles. */
function idler(s: Replica): number {
  const circling = circlingIdler(s);
  if (circling >= 0) return circling;
  let worst = s.residents.ids[0];
  for (let k = 1; k < s.residents.n; k++) if (before(s, worst, s.residents.ids[k])) worst = s.residents.ids[k];
  return worst;
}

/** Serves the held request that came first. */
function force(s: Replica): void {
  let first = s.held.ids[0];
  for (let k = 1; k < s.held.n; k++) first = Math.min(first, s.held.ids[k]);
  release(s, first);
  enqueue(s, first);
  s.forced = first;
  s.totals.forced++;
}
