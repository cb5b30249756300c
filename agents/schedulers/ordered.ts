/** Ids in order of a key, lowest first, ties by id: for policies that look at the first few of many. Its memory is the episode's. */
import type { Episode, Ids, RequestId } from '../../env/serving/policy.js';

export interface Ordered extends Ids {
  /** Puts r where `key` says; moves it if it is there already. */
  place(r: RequestId, key: number): void;
  /** Takes r out, if it is there. */
  remove(r: RequestId): void;
}

export function createOrdered(episode: Episode): Ordered {
  const keys = episode.column(Float64Array);
  const ids = episode.cells(Int32Array, keys.length);
  const count = episode.cells(Int32Array, 1);

  /** Where r stands, or would. */
  function placeOf(r: RequestId): number {
    let low = 0;
    let high = count[0];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = ids[middle];
      if (keys[other] < keys[r] || (keys[other] === keys[r] && other < r)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function remove(r: RequestId): void {
    const at = placeOf(r);
    if (at < count[0] && ids[at] === r) ids.copyWithin(at, at + 1, count[0]--);
  }

  return {
    ids,
    get n() {
      return count[0];
    },
    place(r, key) {
      const there = placeOf(r);
      if (keys[r] === key && there < count[0] && ids[there] === r) return;
      remove(r);
      keys[r] = key;
      const at = placeOf(r);
      ids.copyWithin(at + 1, at, count[0]++);
      ids[at] = r;
    },
    remove,
  };
}
