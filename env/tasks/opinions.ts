/** A decision that is nobody's yet: what a heuristic says, kept apart from what an agent makes of it. */
import { stream } from '../random.js';
import { createIds, type IdList, pushId } from '../serving/ids.js';
import {
  type BatchDecision,
  type Episode,
  NO_CAP,
  type ReplicaView,
  type RequestId,
  type Scheduler,
} from '../serving/policy.js';
import { someMayBeNew } from './newcomers.js';

const COLUMNS = {
  rank: Float64Array,
  hold: Uint8Array,
  keep: Float64Array,
  draft: Uint8Array,
  chunk: Int32Array,
  reserve: Int32Array,
  place: Uint8Array,
} as const;
export type OpinionColumn = keyof typeof COLUMNS;
const ALL = Object.keys(COLUMNS) as OpinionColumn[];

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

/**
 * @param make whose opinions; it is begun with the episode
 * @param own what is kept apart; the rest it writes into the decision itself [everything]
 */
export function createOpinions(episode: Episode, make: () => Scheduler, own: readonly OpinionColumn[] = ALL): Opinions {
  const inner = make();
  const { column, cells, rules } = episode;
  const touched = createIds();
  const met = column(Uint8Array);
  let decision: BatchDecision | null = null;
  const kept = (name: OpinionColumn) =>
    own.includes(name) ? column<Float64Array | Int32Array | Uint8Array>(COLUMNS[name]) : null;
  // Written out: a literal with all names has one shape for ever, and is read in every turn.
  const opinions = {
    rank: kept('rank'),
    hold: kept('hold'),
    keep: kept('keep'),
    draft: kept('draft'),
    chunk: kept('chunk'),
    reserve: kept('reserve'),
    place: kept('place'),
    tokenBudget: 0,
    headroom: 0,
    chunkCap: NO_CAP,
    growth: 0,
    wakeAt: Infinity,
    wakeIn: 1,
    took: 0,
    touched,
    everyone: inner.scope === 'all',
    touch: (r) => pushId(touched, r),
    ask(view, out) {
      if (decision !== out) share(out);
      welcome(view);
      touched.n = 0;
      opinions.tokenBudget = out.tokenBudget;
      opinions.headroom = out.headroom;
      opinions.chunkCap = out.chunkCap;
      opinions.growth = out.growth;
      opinions.wakeAt = Infinity;
      opinions.wakeIn = inner.wakeIn ?? 1;
      opinions.took = 0;
      inner.decide(view, opinions);
      out.tokenBudget = opinions.tokenBudget;
      out.headroom = opinions.headroom;
      out.chunkCap = opinions.chunkCap;
      out.growth = opinions.growth;
      out.wakeAt = opinions.wakeAt;
      out.wakeIn = opinions.wakeIn;
      out.took = opinions.took;
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
  } as Opinions;
  const { rank, draft, chunk, reserve } = opinions;
  const shared = ALL.filter((name) => opinions[name] === null);
  // Its luck is what it has alone, whoever asks it.
  const ownStream: Episode['stream'] = (name) => stream(episode.seed, `${inner.name}/${name}`, cells(Int32Array, 4));
  inner.reset?.({ ...episode, asksLate: false, stream: ownStream });
  return opinions;

  /** What is not kept apart is the decision's own. */
  function share(out: BatchDecision): void {
    decision = out;
    for (const name of shared) Object.assign(opinions, { [name]: out[name] });
  }

  function welcome(view: ReplicaView): void {
    if (!someMayBeNew(view)) return;
    const { ids, n } = view.changed;
    const known = met;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (known[r] === 1) continue;
      known[r] = 1;
      if (rank) rank[r] = r;
      if (draft) draft[r] = rules.drafts;
      if (chunk) chunk[r] = NO_CAP;
      if (reserve) reserve[r] = -1;
    }
  }
}
