/** A scheduler under watch: what it is shown is true and complete, and what it writes is read. */
import type { ReplicaView, Scheduler } from '../../env/serving/policy.js';
import type { Replica } from '../../env/serving/replica.js';
import { Where } from '../../env/serving/requests.js';
import { forEach, idsOf } from './policies.js';

const VISIBLE = [
  ...([
    'key',
    'arrival',
    'promptTokens',
    'declared',
    'computed',
    'generated',
    'known',
    'blocks',
    'drafts',
    'proposed',
  ] as const),
  ...(['accepted', 'verifications', 'service', 'firstToken', 'lastToken', 'evictions', 'pauses', 'state'] as const),
];

/**
 * Checks what `inner` is shown: lists that agree with the state, and everyone whose columns moved is among the changed;
 * and that what it wrote of those was read.
 */
export const watched =
  (make: () => Scheduler, replica: () => Replica): (() => Scheduler) =>
  () => {
    const inner = make();
    const seen = new Map<number, string>();
    const written = new Map<number, number>();
    let turns = 0;
    let since = -1;
    const look = ({ requests, beliefs }: ReplicaView, r: number): string =>
      `${VISIBLE.map((name) => requests[name][r])} ${beliefs.length[r]} ${beliefs.acceptance[r]}`;
    return {
      ...inner,
      decide(view, out) {
        const s = replica();
        const fail = (what: string): never => {
          throw new Error(`view broken at ${view.now} µs: ${what}`);
        };
        turns = view.now === since ? turns + 1 : 0;
        since = view.now;
        if (turns > 1000) fail('asked a thousand times at one moment');
        if (view.now !== s.now || view.pool.free !== s.free) fail('clock or pool are not those of the engine');
        const { batch } = view;
        const tokens = idsOf({ ids: batch.tokens, n: batch.n }).reduce((sum, each) => sum + each, 0);
        if (batch.shape.tokens !== tokens) fail(`a batch of ${tokens} tokens says that it has ${batch.shape.tokens}`);
        const live = new Set(idsOf(view.live));
        const changed = new Set(idsOf(view.changed));
        if (changed.size !== view.changed.n) fail('a request changed twice');
        for (const r of changed) if (!live.has(r)) fail(`${r} changed and is not here`);
        forEach(view.ended, (r) => {
          if (live.has(r)) fail(`${r} ended and is here`);
          seen.delete(r);
          written.delete(r);
        });
        for (const r of seen.keys()) if (!live.has(r)) fail(`${r} left and is not among the ended`);
        for (const r of live) {
          if (!changed.has(r) && seen.get(r) !== look(view, r))
            fail(`${r} moved from ${seen.get(r)} to ${look(view, r)} and is not among the changed`);
          seen.set(r, look(view, r));
          const rank = written.get(r);
          const later = s.rules.candidates === 'running-first' && s.hidden.where[r] === Where.running; // when blocks run out
          const read = [rank, out.rank[r]].includes(s.hidden.urgency[r]); // garbage that nobody named is read when blocks run out
          if (rank !== undefined && !later && !read) fail(`rank ${rank} of ${r} was not read`);
        }
        inner.decide(view, out);
        for (const r of inner.scope === 'all'
          ? live
          : [...changed, ...idsOf(s.decision.touched).filter((r) => live.has(r))]) {
          written.set(r, out.rank[r]);
        }
      },
    };
  };
