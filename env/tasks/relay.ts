/** Hands on what a heuristic says, request by request. */
import type { BatchDecision, ReplicaView, RequestId } from '../serving/policy.js';
import type { Opinions } from './opinions.js';

/**
 * Writes the opinions of this turn to the decision, after `opinions.ask`.
 * @param anew everyone's, since something else held in the last turn
 * @param write what is written of r
 */
export function relay(
  opinions: Opinions,
  { live, changed }: ReplicaView,
  out: BatchDecision,
  anew: boolean,
  write: (r: RequestId, out: BatchDecision) => void = opinions.give,
): void {
  const { ids, n } = anew || opinions.everyone ? live : changed;
  for (let k = 0; k < n; k++) {
    write(ids[k], out);
    if (anew) out.touch(ids[k]);
  }
  const { touched } = opinions;
  for (let k = 0; k < touched.n; k++) {
    write(touched.ids[k], out);
    out.touch(touched.ids[k]);
  }
}
