/** Requests as a tree of the prefixes they share, for policies that serve together who begin alike: a subtree is a run of one list. */
import type { Episode, ReplicaView, RequestId } from '../../env/serving/policy.js';

export interface PrefixTree {
  /** The requests, from 0 on; filled by the policy, put in order by `part`. */
  readonly ids: Int32Array;
  /** How many blocks of a request count; filled by the policy. */
  readonly blocks: Int32Array;
  /** How many stand in the run of a request; 0: its blocks end where the others part. */
  readonly run: Int32Array;
  /**
   * Parts ids[from … to), who agree on `level` blocks, where they first differ. Each run agrees on one block more: the longest
   * run first, equal ones by their lowest id; behind them, by id, those who have no more blocks.
   * @returns blocks that all of them agree on
   */
  part(view: ReplicaView, from: number, to: number, level: number): number;
}

/** Key of those who have no more blocks: below every other. */
const ENDS = -1;

export function createPrefixTree(episode: Episode): PrefixTree {
  const { blockSize } = episode.rules;
  const blocks = episode.column(Int32Array);
  const run = episode.column(Int32Array);
  const first = episode.column(Int32Array);
  const key = episode.column(Float64Array);
  const ids = episode.cells(Int32Array, blocks.length);

  const byKey = (a: RequestId, b: RequestId): number => key[a] - key[b] || a - b;
  const bySize = (a: RequestId, b: RequestId): number => run[b] - run[a] || first[a] - first[b] || a - b;

  function agree(view: ReplicaView, from: number, to: number, level: number): boolean {
    const one = view.prefixKey(ids[from], level * blockSize);
    for (let k = from + 1; k < to; k++) if (view.prefixKey(ids[k], level * blockSize) !== one) return false;
    return true;
  }

  /** The most blocks that all of them agree on, `level` or more. */
  function shared(view: ReplicaView, from: number, to: number, level: number): number {
    let most = blocks[ids[from]];
    for (let k = from + 1; k < to; k++) most = Math.min(most, blocks[ids[k]]);
    if (most <= level || agree(view, from, to, most)) return most;
    let low = level;
    while (most - low > 1) {
      const middle = (low + most) >> 1;
      if (agree(view, from, to, middle)) low = middle;
      else most = middle;
    }
    return low;
  }

  return {
    ids,
    blocks,
    run,
    part(view, from, to, level) {
      const common = shared(view, from, to, level);
      for (let k = from; k < to; k++) {
        const r = ids[k];
        key[r] = blocks[r] > common ? view.prefixKey(r, (common + 1) * blockSize) : ENDS;
      }
      const part = ids.subarray(from, to);
      part.sort(byKey);
      for (let k = 0; k < part.length; ) {
        let end = k + 1;
        while (end < part.length && key[part[end]] === key[part[k]]) end++;
        const one = part[k];
        for (let i = k; i < end; i++) {
          run[part[i]] = key[one] === ENDS ? 0 : end - k;
          first[part[i]] = one;
        }
        k = end;
      }
      part.sort(bySize);
      return common;
    },
  };
}
