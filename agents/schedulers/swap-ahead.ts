/**
 * Proactive swapping: KV that is not needed soon leaves for the host before its blocks are missed, and comes back before its turn.
 *
 * While less than `spare` of the blocks is free, the worst-ranked request that is resident without a seat, and has none to
 * hope for, leaves; while more than twice that would stay free, the best-ranked one on the host comes back. One transfer at a time.
 *
 * Source: FastServe (arXiv 2305.05920) and ALISE (arXiv 2410.23537), which swap by the estimated time until a request is
 * scheduled next. Ours: rank stands for that time, and the two shares; the sources' thresholds were not found.
 */
import { type BatchDecision, type Episode, Place, type ReplicaView, type RequestId } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';

/** Writes `place`, after the ranks. Does nothing in engines without a host pool, or that run their list first: these have nobody without a seat. */
export function swapAhead(
  { rules, requests }: Episode,
  spare: number,
): (view: ReplicaView, out: BatchDecision) => void {
  if (rules.hostBlocks === 0 || rules.candidates !== 'by-rank' || spare === 0) return () => {};
  const { state, blocks, computed } = requests;

  return ({ live, pool }, out) => {
    const { place, rank } = out;
    const before = (a: RequestId, b: RequestId): boolean => rank[a] < rank[b] || (rank[a] === rank[b] && a < b);
    /** As many are before it as there are seats: else it may just have come back, and has the next one. */
    const outranked = (r: RequestId): boolean => {
      let better = 0;
      for (let k = 0; k < live.n; k++) if (before(live.ids[k], r)) better++;
      return better >= rules.maxBatch;
    };
    const tell = (r: RequestId, where: number): void => {
      place[r] = where;
      out.touch(r);
    };
    let worst = -1; // resident without a seat
    let best = -1; // on the host
    let busy = false;
    for (let k = 0; k < live.n; k++) {
      const r = live.ids[k];
      const away = state[r] === State.away;
      // It left, or is back: from here on the engine's rules hold, so that nobody stays away for good.
      if (place[r] === Place.out || (place[r] === Place.in && !away)) tell(r, Place.auto);
      if (away && (blocks[r] > 0 || place[r] === Place.in)) busy = true;
      else if (away && (best < 0 || before(r, best))) best = r;
      if (state[r] === State.paused && (worst < 0 || before(worst, r))) worst = r;
    }
    if (busy) return;
    const least = spare * pool.total;
    const copy = (r: RequestId): number => Math.ceil(computed[r] / pool.blockSize);
    if (pool.free < least) {
      if (worst >= 0 && copy(worst) <= pool.hostFree && outranked(worst)) tell(worst, Place.out);
    } else if (best >= 0 && pool.free - copy(best) >= 2 * least) tell(best, Place.in);
  };
}
