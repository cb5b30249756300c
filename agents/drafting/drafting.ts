/** What draft-length controllers share: they say γ of everyone, and leave all the rest to the policy they wrap. */
import type { BatchDecision, Episode, Ids, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';

/** One controller in one episode. */
export interface DraftLength {
  /** Called first in a turn. True: what `of` says may have moved for anyone, not only for those who changed. */
  turn?(view: ReplicaView): boolean;
  /** γ of r. Called when r may need another one, newcomers included. */
  of(view: ReplicaView, r: RequestId): number;
  /** True if nothing but an event can move what it says. */
  settled(view: ReplicaView): boolean;
}

/**
 * A policy with the opinions of another, but drafts of its own. It costs O(changed) a turn, and O(live) in a turn in which
 * everyone's γ moves. It is asked every iteration unless it has settled. The wrapped policy should not write `draft` itself;
 * it may read it, and finds what was said in the turn before.
 */
export function drafting(inner: Scheduler, name: string, start: (episode: Episode) => DraftLength): Scheduler {
  let length: DraftLength;
  return {
    name: `${name}(${inner.name})`,
    scope: inner.scope ?? 'changed',
    reset(episode) {
      length = start(episode);
      inner.reset?.(episode);
    },
    decide(view, out) {
      out.wakeIn = inner.wakeIn ?? 1;
      inner.decide(view, out);
      const everyone = length.turn?.(view) ?? false;
      write(everyone ? view.live : view.changed, everyone, view, out);
      if (!length.settled(view)) out.wakeIn = 1;
    },
  };

  function write({ ids, n }: Ids, untold: boolean, view: ReplicaView, out: BatchDecision): void {
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      const drafts = length.of(view, r);
      if (out.draft[r] === drafts) continue;
      out.draft[r] = drafts;
      if (untold) out.touch(r);
    }
  }
}
