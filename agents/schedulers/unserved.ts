/** Who has had no tokens for how long: shared by schedulers that guard against starvation. */
import { createIds, pushId } from '../../env/serving/ids.js';
import type { Episode, Ids, RequestId } from '../../env/serving/policy.js';

/** The clock may be time or iterations; `patience` counts in the same unit. */
export interface Unserved {
  /** Looks at a request that changed. True if it was served since the last look. */
  look(r: RequestId, clock: number): boolean;
  /** A borrowed list of those unserved for `patience` or longer, whose wait begins anew. Looks through `live` only when one of them can be due. */
  overdue(live: Ids, clock: number): Ids;
}

export function watchUnserved(episode: Episode, patience: number): Unserved {
  const { service } = episode.requests;
  const met = episode.column(Uint8Array);
  const since = episode.column(Float64Array);
  const seen = episode.column(Float64Array); // service at the last look
  const due = episode.cells(Float64Array, 1); // nobody is overdue before
  const starved = createIds();
  return {
    look(r, clock) {
      const served = met[r] === 1 && service[r] > seen[r];
      if (served || met[r] === 0) since[r] = clock;
      met[r] = 1;
      seen[r] = service[r];
      return served;
    },
    overdue({ ids, n }, clock) {
      starved.n = 0;
      if (clock < due[0]) return starved;
      due[0] = clock + patience; // who comes later is due later
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        if (clock - since[r] >= patience) {
          since[r] = clock;
          pushId(starved, r);
        }
        due[0] = Math.min(due[0], since[r] + patience);
      }
      return starved;
    },
  };
}
