/**
 * DFS-weight: the heaviest subtree of cached prefixes first (SGLang, `schedule_policy.py`; Zheng et al. 2024, arXiv 2312.07104).
 *
 *     weight of a cached prefix = requests in the queue that begin with it
 *     rank = place in a walk through the tree: at each prefix its continuations, heaviest first, then who has no more of it cached
 *
 * So the queue goes through the cache branch by branch, and what many wait for is used before it is lost. Without prefix caching
 * it is first come, first served. Whoever was served once stands before all who wait, so nobody is displaced.
 *
 * State kept: none. Information: the cache and the prompts. Ours: whole blocks; equal weights go by the earliest request; a
 * retracted request comes back by arrival. A turn costs what waits: unlike `lpm` it has no limit, in SGLang neither.
 */
import type { Episode, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { createPrefixTree } from './prefix-tree.js';

/** Added to the rank of those who were served: below every other. */
const SERVED = -(2 ** 40);

export const dfsWeight = (): Scheduler => {
  let walk: Scheduler['decide'] | undefined;
  return {
    name: 'dfs-weight',
    reset(episode) {
      walk = episode.rules.prefixCaching ? start(episode) : undefined;
    },
    decide(view, out) {
      walk?.(view, out);
    },
  };
};

function start(episode: Episode): Scheduler['decide'] {
  const { blockSize } = episode.rules;
  const { service } = episode.requests;
  const tree = createPrefixTree(episode);

  /** Puts ids[from … to), who agree on `level` cached blocks, in the order of the walk. */
  function order(view: ReplicaView, from: number, to: number, level: number): void {
    const common = tree.part(view, from, to, level);
    for (let k = from; k < to; ) {
      const size = tree.run[tree.ids[k]];
      if (size > 1) order(view, k, k + size, common + 1);
      k += Math.max(1, size);
    }
  }

  return (view, out) => {
    const { ids, n } = view.live;
    let waiting = 0;
    const place = (r: number, rank: number): void => {
      if (rank === out.rank[r]) return;
      out.rank[r] = rank;
      out.touch(r);
    };
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (service[r] > 0) place(r, SERVED + r);
      else {
        tree.ids[waiting++] = r;
        tree.blocks[r] = Math.floor(view.prefixHit(r) / blockSize);
      }
    }
    if (waiting > 1) order(view, 0, waiting, 0);
    for (let k = 0; k < waiting; k++) place(tree.ids[k], k);
  };
}
