/** Policies for the laws: index policies, one that speaks on events only, one that never rests. */

import { srpt } from '../../agents/schedulers/srpt.js';
import type { Seed } from '../../env/random.js';
import { Cause, fcfs, type Ids, type ReplicaView, type Scheduler } from '../../env/serving/policy.js';

/** A borrowed list as an array. */
export const idsOf = ({ ids, n }: Ids): number[] => Array.from({ length: n }, (_, k) => ids[k]);

export const forEach = ({ ids, n }: Ids, visit: (r: number) => void): void => {
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
const onArrival =
  (name: string, rankOf: (view: ReplicaView, r: number) => number): (() => Scheduler) =>
  () => ({
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
export const asked =
  (make: () => Scheduler, wakeIn: number): (() => Scheduler) =>
  () => ({ ...make(), wakeIn });

/**
 * Writes on events only, and then a lot: ranks, holds, keeps, chunks, budgets by hash of who and what happened. Whether
 * it is asked in between changes nothing. It asks to be woken at whole multiples of `period` µs.
 */
export const eventful =
  (seed: number, period: number): (() => Scheduler) =>
  () => {
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
export const restless =
  (seed: Seed): (() => Scheduler) =>
  () => {
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
        if (next() < 0.2) out.chunkCap = 1 + Math.floor(20 * next());
        if (next() < 0.2) out.growth = 2 * next();
        out.wakeIn = next() < 0.5 ? 1 : 1 + Math.floor(5 * next());
        if (next() < 0.1) out.wakeAt = view.now + Math.floor(300 * next());
      },
    };
  };
