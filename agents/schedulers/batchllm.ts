/**
 * BatchLLM: who shares a prefix is served together, decode-heavy groups first (Zheng et al. 2024, arXiv 2412.03594, MLSys 2026).
 *
 *     one group a request: of the tree of all waiting prompts the cut that saves most tokens, Σ (members − 1) · shared prefix
 *     rank = place of its group by Σ L / (prompts, the shared prefix once), highest first; in the group by L / prompt, highest first
 *
 * L believed output tokens. The prefix of a group is computed once and used while it is there; what decodes long begins early, so
 * that later prompts fill its iterations. Whoever was served once keeps its place (see `non-preemptive`). With it goes admission by
 * KV in use: `--rules admissionReserve=kv-use`.
 *
 * State kept: the groups' order. Information: the prompts, believed length. Source: its abstract and notes on the paper; how it
 * orders groups inside of equal ratios was not found. Ours: made for a batch that is known as a whole, so all who wait are grouped
 * anew whenever somebody comes, which costs what waits; whole blocks; a prefix is not pinned but stays while the cache holds it.
 */
import type { Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import { nonPreemptive } from '../combine/non-preemptive.js';
import { createPrefixTree } from './prefix-tree.js';

export const batchllm = (): Scheduler => ({ ...nonPreemptive(byGroup)(), name: 'batchllm' });

function byGroup(): Scheduler {
  let regroup: Scheduler['decide'];
  let met: Uint8Array;
  return {
    name: 'by group',
    wakeIn: Infinity, // groups change only when somebody comes
    reset(episode) {
      met = episode.column(Uint8Array);
      regroup = start(episode);
    },
    decide(view, out) {
      const { ids, n } = view.changed;
      let news = false;
      for (let k = 0; k < n; k++) {
        if (met[ids[k]] === 1) continue;
        met[ids[k]] = 1;
        news = true;
      }
      if (news) regroup(view, out);
    },
  };
}

function start(episode: Episode): Scheduler['decide'] {
  const { promptTokens, service } = episode.requests;
  const { length } = episode.beliefs;
  const { blockSize } = episode.rules;
  const tree = createPrefixTree(episode);
  const group = episode.column(Int32Array); // its earliest member
  const ratio = episode.column(Float64Array); // of a group, by its earliest member
  const own = (r: RequestId): number => length[r] / promptTokens[r];
  const before = (a: RequestId, b: RequestId): number =>
    ratio[group[b]] - ratio[group[a]] || group[a] - group[b] || own(b) - own(a) || a - b;

  /** ids[from … to) become one group, whose prefix of so many tokens is computed once. */
  function join(from: number, to: number, prefix: number): void {
    let first = tree.ids[from];
    let output = 0;
    let prompts = prefix;
    for (let k = from; k < to; k++) {
      const r = tree.ids[k];
      first = Math.min(first, r);
      output += length[r];
      prompts += promptTokens[r] - prefix;
    }
    ratio[first] = output / prompts;
    for (let k = from; k < to; k++) group[tree.ids[k]] = first;
  }

  /** Groups ids[from … to), who agree on `level` blocks. Returns the tokens that this saves. */
  function cut(view: ReplicaView, from: number, to: number, level: number): number {
    const prefix = tree.part(view, from, to, level);
    let apart = 0;
    for (let k = from; k < to; ) {
      const size = Math.max(1, tree.run[tree.ids[k]]);
      if (size > 1) apart += cut(view, k, k + size, prefix + 1);
      else join(k, k + 1, 0);
      k += size;
    }
    const together = (to - from - 1) * prefix * blockSize;
    if (together === 0 || together < apart) return apart;
    join(from, to, prefix * blockSize);
    return together;
  }

  return (view, out) => {
    let n = 0;
    for (let k = 0; k < view.live.n; k++) {
      const r = view.live.ids[k];
      if (service[r] > 0) continue;
      tree.ids[n++] = r;
      tree.blocks[r] = Math.floor(promptTokens[r] / blockSize);
    }
    if (n > 1) cut(view, 0, n, 0);
    else if (n === 1) join(0, 1, 0);
    tree.ids.subarray(0, n).sort(before);
    for (let k = 0; k < n; k++) {
      const r = tree.ids[k];
      out.rank[r] = Number.isNaN(length[r]) ? Number.NaN : k; // no order: for the engine to refuse
      out.touch(r);
    }
  };
}
