/** A decision that is nobody's yet: what a heuristic says, kept apart from what an agent makes of it. */
import { stream } from '../random.js';
import { createIds, type IdList, pushId } from '../serving/ids.js';
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../serving/policy.js';

/** No cap on a request's tokens in an iteration. */
export const NO_CAP = 0x7fffffff;

/** The opinions of one scheduler, in columns of its own. */
export interface Opinions extends BatchDecision {
  readonly touched: IdList;
  /** They may move for anyone in every turn. */
  readonly everyone: boolean;
  /** Lets the scheduler write them for this turn, and takes over what it says of all requests together. Newcomers begin as in every decision. */
  ask(view: ReplicaView, out: BatchDecision): void;
  /** Writes what it says of r. */
  give(r: RequestId, out: BatchDecision): void;
}

/** @param make whose opinions; it is begun with the episode */
export function createOpinions(episode: Episode, make: () => Scheduler): Opinions {
  const inner = make();
  const { column, cells, rules } = episode;
  const touched = createIds();
  const met = column(Uint8Array);
  const opinions: Opinions = {
    rank: column(Float64Array),
    hold: column(Uint8Array),
    keep: column(Float64Array),
    draft: column(Uint8Array),
    chunk: column(Int32Array),
    reserve: column(Int32Array),
    place: column(Uint8Array),
    tokenBudget: 0,
    headroom: 0,
    wakeAt: Infinity,
    wakeIn: 1,
    touched,
    everyone: inner.scope === 'all',
    touch: (r) => pushId(touched, r),
    ask(view, out) {
      welcome(view);
      touched.n = 0;
      opinions.tokenBudget = out.tokenBudget;
      opinions.headroom = out.headroom;
      opinions.wakeAt = Infinity;
      opinions.wakeIn = inner.wakeIn ?? 1;
      inner.decide(view, opinions);
      out.tokenBudget = opinions.tokenBudget;
      out.headroom = opinions.headroom;
      out.wakeAt = opinions.wakeAt;
      out.wakeIn = opinions.wakeIn;
    },
    give(r, out) {
      out.rank[r] = opinions.rank[r];
      out.hold[r] = opinions.hold[r];
      out.keep[r] = opinions.keep[r];
      out.draft[r] = opinions.draft[r];
      out.chunk[r] = opinions.chunk[r];
      out.reserve[r] = opinions.reserve[r];
      out.place[r] = opinions.place[r];
    },
  };
  // Its luck is what it has alone, whoever asks it.
  const ownStream: Episode['stream'] = (name) => stream(episode.seed, `${inner.name}/${name}`, cells(Int32Array, 4));
  inner.reset?.({ ...episode, stream: ownStream });
  return opinions;

  function welcome({ changed: { ids, n } }: ReplicaView): void {
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (met[r] === 1) continue;
      met[r] = 1;
      opinions.rank[r] = r;
      opinions.draft[r] = rules.drafts;
      opinions.chunk[r] = NO_CAP;
      opinions.reserve[r] = -1;
    }
  }
}
