/** A scheduler that can become another one while it serves: what a planner decides. */
import type { BatchDecision, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import type { Rules } from '../../env/serving/rules.js';

export interface Switching {
  readonly make: () => Scheduler;
  /** From the next turn on the k-th has the say. */
  choose(k: number): void;
}

/**
 * Schedulers of which one has the say, the first to begin with. Whoever takes over finds the decision as it is given to a new
 * request, and is shown everyone, as on a first turn. They should rank by what the columns show: memory of their own stands still
 * while others have the say.
 */
export function switching(makers: readonly (() => Scheduler)[]): Switching {
  let chosen = 0;
  let fresh = true;
  return {
    choose(k) {
      fresh ||= k !== chosen;
      chosen = k;
    },
    make() {
      const inner = makers.map((make) => make());
      let rules: Rules;
      return {
        name: `switching(${inner.map(({ name }) => name).join(' | ')})`,
        ...(inner.some(({ scope }) => scope === 'all') && { scope: 'all' as const }),
        reset(episode) {
          rules = episode.rules;
          for (const each of inner) each.reset?.(episode);
        },
        decide(view, out) {
          const policy = inner[chosen];
          out.wakeIn = policy.wakeIn ?? 1;
          if (!fresh) return policy.decide(view, out);
          fresh = false;
          forget(view, out, rules);
          policy.decide({ ...view, changed: view.live }, out);
        },
      };
    },
  };
}

/** No opinion about anybody. */
function forget({ live: { ids, n } }: ReplicaView, out: BatchDecision, rules: Rules): void {
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    out.rank[r] = r;
    out.hold[r] = 0;
    out.keep[r] = 0;
    out.draft[r] = rules.drafts;
    out.chunk[r] = 0x7fffffff;
    out.reserve[r] = -1;
    out.place[r] = 0;
    out.touch(r);
  }
}
