/** When it is worth while to look for newcomers among those who moved. */
import { Cause, type ReplicaView } from '../serving/policy.js';

/** Without an arrival nobody is new, unless all are: whose turn it is for the first time is shown everyone as changed. */
export const someMayBeNew = ({ cause, changed, live }: ReplicaView): boolean =>
  (cause & (Cause.arrival | Cause.first)) !== 0 || changed === live;
