/** What verifications say about α: every draft that was looked at is a trial, up to and with the first refused one. */
import type { Episode, ReplicaView, RequestId } from '../../env/serving/policy.js';

/** Trials and accepted drafts since the last turn. */
export interface Trials {
  /** Tells of everyone who changed. To be called every iteration: several verifications of one request count as one. */
  count(view: ReplicaView, found: (r: RequestId, accepted: number, trials: number) => void): void;
}

/** Accepted m of k proposed are m accepted trials and, if m < k, a refused one: drafts behind it say nothing. */
export function watchTrials({ requests, column }: Episode): Trials {
  const { accepted, proposed } = requests;
  const seenAccepted = column(Int32Array);
  const seenProposed = column(Int32Array);
  return {
    count({ changed: { ids, n } }, found) {
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const drafts = proposed[r] - seenProposed[r];
        if (drafts === 0) continue;
        const good = accepted[r] - seenAccepted[r];
        seenAccepted[r] = accepted[r];
        seenProposed[r] = proposed[r];
        found(r, good, good < drafts ? good + 1 : good);
      }
    },
  };
}
