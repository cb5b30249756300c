/**
 * Sorted-F: the batch of least Σ output / members² is served next, in it the shortest first (Wang, Ye and Zhou 2025,
 * arXiv 2508.06133). Made for prompts of different lengths, where shortest first can be arbitrarily bad.
 *
 *     F(X) = Σ L / |X|²        over sets X of waiting requests with Σ (prompt + L) ≤ memory;  X* = the set of least F
 *     rank = L in X*, behind it L for everybody else; once all of X* were served the next one is chosen
 *
 * A short answer to a long prompt takes the memory of many others: it makes the set small and F large. For requests that come
 * together the source proves at most 48 times the optimal total latency. Whoever was served keeps its place (see `non-preemptive`).
 *
 * State kept: members of X* that wait. Information: believed length. Ours: online, from all who wait when X* is used up; exact
 * choice of X* costs too much, so it is the best start of the lists sorted by L + price · (prompt + L) at six prices, passing over
 * what does not fit.
 */
import type { BatchDecision, Episode, Ids, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import { type Requests, State } from '../../env/serving/requests.js';
import { nonPreemptive } from '../combine/non-preemptive.js';

export const sortedF = (): Scheduler => ({ ...nonPreemptive(byBatch)(), name: 'sorted-f' });

/** Prices of a token of memory, in tokens of output. */
const PRICES = [0, 1 / 64, 1 / 16, 1 / 4, 1, 4];
/** Added to the rank of those who are in no batch yet: above every other. */
const LATER = 2 ** 40;

function byBatch(): Scheduler {
  let select: ReturnType<typeof createSelection>;
  let member: Uint8Array; // 1 = in X*, and waits
  let left: Int32Array; // one cell: how many do
  let candidates: Int32Array;

  function drop({ ids, n }: Ids, { service, state }: Requests): void {
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (member[r] === 0 || (service[r] === 0 && state[r] < State.finished)) continue;
      member[r] = 0;
      left[0]--;
    }
  }

  function form({ live, requests, beliefs, pool }: ReplicaView, out: BatchDecision): void {
    let n = 0;
    for (let k = 0; k < live.n; k++) if (requests.service[live.ids[k]] === 0) candidates[n++] = live.ids[k];
    left[0] = select(candidates.subarray(0, n), pool.total * pool.blockSize);
    for (let k = 0; k < left[0]; k++) {
      const r = candidates[k];
      member[r] = 1;
      out.rank[r] = beliefs.length[r];
      out.touch(r);
    }
  }

  return {
    name: 'by batch',
    reset(episode) {
      member = episode.column(Uint8Array);
      left = episode.cells(Int32Array, 1);
      candidates = episode.cells(Int32Array, member.length);
      select = createSelection(episode);
    },
    decide(view, out) {
      const { changed, ended, requests, beliefs } = view;
      drop(changed, requests);
      drop(ended, requests);
      for (let k = 0; k < changed.n; k++) {
        const r = changed.ids[k];
        if (member[r] === 0) out.rank[r] = LATER + beliefs.length[r];
      }
      if (left[0] === 0) form(view, out);
    },
  };
}

/** Puts a set of small F, whose prompts and outputs fit into `memory` tokens, to the front of `ids`; returns its size: at least 1 of those there are. */
function createSelection({ requests, beliefs, column }: Episode): (ids: Int32Array, memory: number) => number {
  const { promptTokens } = requests;
  const { length } = beliefs;
  const key = column(Float64Array);
  const picked = column(Uint8Array);
  const byKey = (a: RequestId, b: RequestId): number => key[a] - key[b] || a - b;
  const pickedFirst = (a: RequestId, b: RequestId): number => picked[b] - picked[a];

  /** Picks from the list at this price what fits, `most` at most; tells size and F of its best start, and whether all fit. */
  function pick(ids: Int32Array, memory: number, price: number, most = Infinity) {
    for (let k = 0; k < ids.length; k++) key[ids[k]] = length[ids[k]] + price * (promptTokens[ids[k]] + length[ids[k]]);
    ids.sort(byKey);
    const best = { price, size: 0, f: Infinity, all: true };
    let count = 0;
    let output = 0;
    let used = 0;
    for (let k = 0; k < ids.length; k++) {
      const r = ids[k];
      const need = promptTokens[r] + length[r];
      picked[r] = count < most && used + need <= memory ? 1 : 0;
      if (picked[r] === 0) {
        best.all = false;
        continue;
      }
      used += need;
      output += length[r];
      const f = output / (++count) ** 2;
      if (f < best.f) [best.size, best.f] = [count, f];
    }
    return best;
  }

  return (ids, memory) => {
    let best = pick(ids, memory, 0);
    for (let k = 1; k < PRICES.length && !best.all; k++) {
      const other = pick(ids, memory, PRICES[k]);
      if (other.f < best.f) best = other;
    }
    pick(ids, memory, best.price, best.size);
    ids.sort(pickedFirst);
    return Math.min(ids.length, Math.max(1, best.size));
  };
}
