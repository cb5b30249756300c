/**
 * SSJF: speculative shortest job first (Qiu et al., AIOps 2024, arXiv 2404.08509): a proxy model guesses, the queue is sorted.
 *
 * rank = believed length while it waits; once served it keeps its place (see `non-preemptive`). If the longest waiter has
 * waited more than 100 s, or more than 10 times its own execution time, everyone who waits goes by arrival instead, until
 * it is served. The predictor `ssjf` has the published errors of its classes.
 *
 * State kept: none but who was served. Information: believed length, or the class it stands for. Source: the authors'
 * model-serving. Execution time there is 20 ms a token + 0.1 s, and so here. Ours: the predicted length stands for the true one.
 */
import type { Ids, RequestId, Scheduler } from '../../env/serving/policy.js';
import { type Requests, State } from '../../env/serving/requests.js';
import type { Micros } from '../../env/time.js';
import { nonPreemptive } from '../combine/non-preemptive.js';

export interface SsjfOptions {
  /** Longest wait [100 s; Infinity: none]. */
  readonly longest?: Micros;
  /** The same as a multiple of the request's own execution time [10]. */
  readonly multiple?: number;
}

/** Execution time of the authors' simulator, µs. */
const executionTime = (tokens: number): Micros => 20_000 * tokens + 100_000;

export const ssjf = (options: SsjfOptions = {}): Scheduler => ({
  ...nonPreemptive(() => sortedQueue(options))(),
  name: 'ssjf',
});

/** The order of those who wait. It changes at events, and when the longest waiter loses patience. */
function sortedQueue({ longest = 100e6, multiple = 10 }: SsjfOptions): Scheduler {
  let byArrival: Uint8Array; // 1 = so was the last turn
  let waiter: Float64Array; // the longest waiter at the last turn
  return {
    name: 'ssjf',
    wakeIn: Infinity,
    reset({ cells }) {
      byArrival = cells(Uint8Array, 1);
      waiter = cells(Float64Array, 1);
    },
    decide({ live, changed, requests, beliefs, now }, out) {
      if (!waits(requests, waiter[0])) waiter[0] = longestWaiter(live, requests);
      const first = waiter[0];
      const patience = Math.min(longest, multiple * executionTime(beliefs.length[first]));
      const due = first < 0 ? Infinity : requests.arrival[first] + patience;
      const late = now >= due ? 1 : 0;
      const { ids, n } = late === byArrival[0] ? changed : live;
      byArrival[0] = late;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        if (requests.service[r] > 0) continue;
        const rank = late === 1 ? r : beliefs.length[r];
        if (rank === out.rank[r]) continue;
        out.rank[r] = rank;
        out.touch(r);
      }
      if (late === 0) out.wakeAt = due;
    },
  };
}

/** Here, and never served. */
const waits = ({ state, service, known }: Requests, r: RequestId): boolean =>
  known[r] > 0 && state[r] === State.waiting && service[r] === 0;

/** Who came first of those never served; −1 = nobody waits. */
function longestWaiter({ ids, n }: Ids, requests: Requests): RequestId {
  let first = -1;
  for (let k = 0; k < n; k++) if (waits(requests, ids[k]) && (first < 0 || ids[k] < first)) first = ids[k];
  return first;
}
