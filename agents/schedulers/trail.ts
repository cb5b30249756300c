/**
 * TRAIL: shortest predicted remaining time with limited preemption (Shahout et al., ICLR 2025, arXiv 2410.01035).
 *
 *     rank = L − a  while a < C·L0,  then −∞         a generated tokens, L believed length, L0 the belief at arrival
 *
 * A request that has done the share C of what was first predicted keeps its place to the end: late preemption saves little
 * time and throws away much KV. C = ∞ is srpt; C = 0 is sjf, once served never displaced. L is refined by the predictor
 * (`trail`), L0 never.
 *
 * State kept: L0. Information: believed length. Default C = 0.8, the paper's; the authors' release for SGLang ships 0 and
 * reports that as best there. Ours: who loses its blocks to a shortage after its cut-off is the first to come back, where
 * the release puts it last; no margin and no cap on preemptions (wrap it in `hysteresis` or `limited`).
 */
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';

export interface TrailOptions {
  /** C: share of the first prediction after which nothing displaces a request, ≥ 0 [0.8]. */
  readonly share?: number;
}

export const trail = ({ share = 0.8 }: TrailOptions = {}): Scheduler => {
  let rankOf: (r: RequestId) => number;
  return {
    name: 'trail',
    reset(episode) {
      rankOf = start(episode, share);
    },
    decide({ changed }: ReplicaView, { rank }: BatchDecision) {
      const { ids, n } = changed;
      for (let k = 0; k < n; k++) rank[ids[k]] = rankOf(ids[k]);
    },
  };
};

function start({ requests, beliefs, column }: Episode, share: number): (r: RequestId) => number {
  const { generated, service } = requests;
  const { length } = beliefs;
  const met = column(Uint8Array);
  const first = column(Float64Array);
  return (r) => {
    if (met[r] === 0) first[r] = length[r];
    met[r] = 1;
    return service[r] > 0 && generated[r] >= share * first[r] ? -Infinity : length[r] - generated[r];
  };
}
