/** What combinators share: the wrapped policy ranks into a column of its own, and the combinator ranks by that. */
import { createIds, pushId } from '../../env/serving/ids.js';
import type { BatchDecision, Episode, Ids, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';

/** One combinator in one episode. */
export interface Reranking {
  /** The rank of r, given the one that the wrapped policy wrote. Called when r or that rank may have moved. */
  rank(view: ReplicaView, r: RequestId, inner: number): number;
  /** True if, at the wrapped policy's ranks, nothing but an event can move what `rank` says. */
  settled(view: ReplicaView): boolean;
}

/**
 * A policy that ranks by the ranks of another. Everything else that the other writes passes through. It is asked every
 * iteration unless it has settled: who was admitted or paused meanwhile is no event.
 */
export function rerank(inner: Scheduler, name: string, start: (episode: Episode) => Reranking): Scheduler {
  let scratch: Scratch;
  let reranking: Reranking;
  return {
    name: `${name}(${inner.name})`,
    scope: inner.scope ?? 'changed',
    reset(episode) {
      scratch = createScratch(episode);
      reranking = start(episode);
      inner.reset?.(episode);
    },
    decide(view, out) {
      scratch.open(view.changed, out);
      out.wakeIn = inner.wakeIn ?? 1;
      inner.decide(view, scratch);
      apply(inner.scope === 'all' ? view.live : view.changed, view, out);
      apply(scratch.touched, view, out);
      if (!reranking.settled(view)) out.wakeIn = 1;
    },
  };

  function apply({ ids, n }: Ids, view: ReplicaView, out: BatchDecision): void {
    for (let k = 0; k < n; k++) out.rank[ids[k]] = reranking.rank(view, ids[k], scratch.rank[ids[k]]);
  }
}

/** A decision whose ranks are its own and whose rest is that of the decision it is opened on. */
interface Scratch extends BatchDecision {
  readonly touched: Ids;
  /** Lends it `out` for a turn. Newcomers start, as in every decision, in order of arrival. */
  open(changed: Ids, out: BatchDecision): void;
}

function createScratch(episode: Episode): Scratch {
  const rank = episode.column(Float64Array);
  const met = episode.column(Uint8Array);
  const touched = createIds();
  let out: BatchDecision;
  return {
    rank,
    touched,
    open({ ids, n }, decision) {
      out = decision;
      touched.n = 0;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        if (met[r]) continue;
        met[r] = 1;
        rank[r] = r;
      }
    },
    touch(r) {
      pushId(touched, r);
      out.touch(r);
    },
    get hold() {
      return out.hold;
    },
    get keep() {
      return out.keep;
    },
    get draft() {
      return out.draft;
    },
    get chunk() {
      return out.chunk;
    },
    get reserve() {
      return out.reserve;
    },
    get place() {
      return out.place;
    },
    get tokenBudget() {
      return out.tokenBudget;
    },
    set tokenBudget(tokens) {
      out.tokenBudget = tokens;
    },
    get headroom() {
      return out.headroom;
    },
    set headroom(blocks) {
      out.headroom = blocks;
    },
    get chunkCap() {
      return out.chunkCap;
    },
    set chunkCap(tokens) {
      out.chunkCap = tokens;
    },
    get growth() {
      return out.growth;
    },
    set growth(share) {
      out.growth = share;
    },
    get wakeAt() {
      return out.wakeAt;
    },
    set wakeAt(time) {
      out.wakeAt = time;
    },
    get wakeIn() {
      return out.wakeIn;
    },
    set wakeIn(iterations) {
      out.wakeIn = iterations;
    },
    get took() {
      return out.took;
    },
    set took(time) {
      out.took = time;
    },
  };
}
