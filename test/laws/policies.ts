/** Policies for the laws: some that must not change anything, some that change all they can, and one that watches another. */
import type { Seed } from '../../env/random.js';
import { Cause, fcfs, type Ids, type ReplicaView, type Scheduler } from '../../env/serving/policy.js';
import type { Replica } from '../../env/serving/replica.js';
import { srpt } from '../../agents/schedulers/srpt.js';

/** A borrowed list as an array. */
export const idsOf = ({ ids, n }: Ids): number[] => Array.from({ length: n }, (_, k) => ids[k]);

const forEach = ({ ids, n }: Ids, visit: (r: number) => void): void => {
  for (let k = 0; k < n; k++) visit(ids[k]);
};

/** A number in [0, 1) from whole numbers: the same for the same ones. */
export function hash(...numbers: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const n of numbers) {
    h = Math.imul(h ^ (n | 0), 0x85ebca6b);
    h ^= h >>> 15;
    h = Math.imul(h + Math.floor(n / 4294967296), 0xc2b2ae35);
    h ^= h >>> 13;
  }
  return (h >>> 0) / 4294967296;
}

/** Ranks that a request gets once, on its first turn, from what it is. */
const onArrival = (name: string, rankOf: (view: ReplicaView, r: number) => number): (() => Scheduler) => () => ({
  name,
  decide(view, { rank }) {
    forEach(view.changed, (r) => {
      rank[r] = rankOf(view, r);
    });
  },
});

/** Index policies: fixed ranks, falling ranks, rising ranks, equal ranks. None depends on keys or row numbers. */
export const indexPolicies: Record<string, () => Scheduler> = {
  fcfs,
  sjf: onArrival('sjf', ({ beliefs, requests }, r) => beliefs.length[r] + requests.promptTokens[r]),
  priority: onArrival('priority', ({ requests }, r) => requests.priority[r]),
  lcfs: onArrival('lcfs', ({ requests }, r) => -requests.arrival[r]),
  las: onArrival('las', ({ requests }, r) => requests.service[r]),
  srpt,
  longest: onArrival('longest', ({ requests }, r) => -requests.kvTokens[r]),
};

/** The same answers, asked more or less often. */
export const asked = (make: () => Scheduler, wakeIn: number): (() => Scheduler) => () => ({ ...make(), wakeIn });

/**
 * Writes on events only, and then a lot: ranks, holds, keeps, chunks, budgets by hash of who and what happened. Whether
 * it is asked in between changes nothing. It asks to be woken at whole multiples of `period` µs.
 */
export const eventful = (seed: number, period: number): (() => Scheduler) => () => {
  const events = Cause.arrival | Cause.finish | Cause.timer | Cause.first;
  let budget = 0;
  let headroom = 0;
  return {
    name: 'eventful',
    decide(view, out) {
      out.wakeAt = (Math.floor(view.now / period) + 1) * period;
      if (view.cause & events) {
        const { now } = view;
        budget = hash(seed, now, 1) < 0.3 ? 1 + Math.floor(40 * hash(seed, now, 2)) : Infinity;
        headroom = hash(seed, now, 3) < 0.2 ? Math.floor(4 * hash(seed, now, 4)) : 0;
        forEach(view.live, (r) => {
          const luck = (what: number): number => hash(seed, view.requests.key[r], now, what);
          if (luck(0) < 0.4) return;
          out.rank[r] = Math.floor(10 * luck(1));
          out.hold[r] = luck(2) < 0.15 ? 1 : 0;
          out.keep[r] = Math.floor(3 * luck(3));
          out.chunk[r] = luck(4) < 0.2 ? 1 + Math.floor(9 * luck(5)) : 0x7fffffff;
          out.draft[r] = luck(6) < 0.3 ? Math.floor(6 * luck(7)) : out.draft[r];
          out.place[r] = luck(8) < 0.1 ? 1 : 0;
          out.touch(r);
        });
      }
      out.tokenBudget = Math.min(out.tokenBudget, budget);
      out.headroom = Math.max(out.headroom, headroom);
    },
  };
};

/** Writes every column of everyone every turn, by chance but legally. Its luck is a stream of the episode: it forks with it. */
export const restless = (seed: Seed): (() => Scheduler) => () => {
  let next: () => number = () => 0;
  return {
    name: 'restless',
    scope: 'all',
    reset(episode) {
      next = episode.stream(`${seed}`).next;
    },
    decide(view, out) {
      forEach(view.live, (r) => {
        if (next() < 0.5) return;
        out.rank[r] = Math.floor(8 * next());
        out.hold[r] = next() < 0.2 ? 1 : 0;
        out.keep[r] = Math.floor(3 * next());
        out.draft[r] = Math.floor(6 * next());
        out.chunk[r] = next() < 0.2 ? Math.floor(9 * next()) : 0x7fffffff;
        out.reserve[r] = next() < 0.2 ? Math.floor(60 * next()) : -1;
        out.place[r] = next() < 0.05 ? 3 : 0;
      });
      if (next() < 0.2) out.tokenBudget = Math.floor(50 * next());
      if (next() < 0.2) out.headroom = Math.floor(5 * next());
      out.wakeIn = next() < 0.5 ? 1 : 1 + Math.floor(5 * next());
      if (next() < 0.1) out.wakeAt = view.now + Math.floor(300 * next());
    },
  };
};

const VISIBLE = [
  ...(['key', 'arrival', 'promptTokens', 'declared', 'computed', 'generated', 'known', 'blocks', 'drafts', 'proposed'] as const),
  ...(['accepted', 'verifications', 'service', 'firstToken', 'lastToken', 'evictions', 'pauses', 'state'] as const),
];

/**
 * Checks what `inner` is shown: lists that agree with the state, and everyone whose columns moved is among the changed;
 * and that what it wrote of those was read.
 */
export const watched = (make: () => Scheduler, replica: () => Replica): (() => Scheduler) => () => {
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
        if (!changed.has(r) && seen.get(r) !== look(view, r)) fail(`${r} moved from ${seen.get(r)} to ${look(view, r)} and is not among the changed`);
        seen.set(r, look(view, r));
        const rank = written.get(r);
        if (rank !== undefined && s.hidden.urgency[r] !== rank) fail(`rank ${rank} of ${r} was not read`);
      }
      inner.decide(view, out);
      for (const r of inner.scope === 'all' ? live : [...changed, ...idsOf(s.decision.touched).filter((r) => live.has(r))]) {
        written.set(r, out.rank[r]);
      }
    },
  };
};
