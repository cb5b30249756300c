/**
 * Virtual token counter: the tenant that was served least is served next (Sheng et al., OSDI 2024, arXiv 2401.00588).
 *
 *     counter += promptWeight · prompt      when a request of the tenant is admitted
 *     counter += outputWeight · tokens      as they are generated
 *     a tenant with nobody in the queue whose request arrives: counter = max(its own, the least of those who queue;
 *                                                             nobody queues: that of who left the queue last)
 *     rank = counter + promptWeight · (prompts of its own who queue before it)
 *
 * so within one iteration admissions go as the paper's loop has them, which charges each before it chooses the next. Who runs is
 * not interrupted (see `non-preemptive`). Of two tenants who always queue neither is served more than 2·max(promptWeight ·
 * longest prompt, outputWeight · tokens that fit in memory) beyond the other, over any time; first come, first served has no bound.
 *
 * State: counters, whose request queues, what was charged. Information: none. Ours: a prompt is charged once, whole, whatever a
 * prefix hit saves or an eviction costs; tenants beyond the first 1,024 count as one. A turn costs what waits.
 */
import { createIds, pushId } from '../../env/serving/ids.js';
import type { Episode, Ids, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import { type Requests, State } from '../../env/serving/requests.js';
import { nonPreemptive } from '../combine/non-preemptive.js';

export interface VtcOptions {
  /** What a prompt token counts for, ≥ 0 [1]. */
  readonly promptWeight?: number;
  /** What a generated token counts for, ≥ 0 [2]. */
  readonly outputWeight?: number;
}

export const vtc = (options: VtcOptions = {}): Scheduler => ({
  ...nonPreemptive(() => byCounter(options))(),
  name: 'vtc',
});

const MOST = 1024;
/** Where a request stands: not met yet, in the queue, admitted once. */
const Stage = { unknown: 0, queued: 1, admitted: 2 } as const;
/** Cells of its totals: tenants known, the one whose request left the queue last plus 1. */
const Total = { tenants: 0, last: 1 } as const;

function byCounter({ promptWeight = 1, outputWeight = 2 }: VtcOptions): Scheduler {
  let state: ReturnType<typeof createState>;
  const newcomers = createIds();
  return {
    name: 'virtual token counter',
    scope: 'all', // a token moves the ranks of a whole tenant
    reset(episode) {
      state = createState(episode);
    },
    decide(view, { rank }) {
      const { live, requests } = view;
      const { counter, charged, before, tenant, stage } = state;
      settle(view);
      for (let k = 0; k < newcomers.n; k++) enqueue(view, newcomers.ids[k]);
      for (let k = 0; k < live.n; k++) {
        const r = live.ids[k];
        const t = tenant[r];
        const queue = Math.max(0, before[r] - charged[t]); // not first in, first out where a misfit is passed over
        rank[r] = stage[r] === Stage.queued ? counter[t] + promptWeight * queue : requests.arrival[r];
      }
    },
  };

  /** Charges what happened since the last turn, and lists who is new in order of arrival. */
  function settle({ changed, ended, requests }: ReplicaView): void {
    const { totals, tenant } = state;
    newcomers.n = 0;
    // Of those who left the queue, the one who came last: turns do not depend on the order of their lists.
    const last = Math.max(settleAll(changed, requests), settleAll(ended, requests));
    if (last >= 0) totals[Total.last] = tenant[last] + 1;
  }

  /** The highest of those who left the queue; −1 = nobody did. */
  function settleAll({ ids, n }: Ids, requests: Requests): RequestId {
    let last = -1;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (state.stage[r] !== Stage.unknown) {
        if (charge(requests, r)) last = Math.max(last, r);
      } else if (requests.state[r] < State.finished) insert(r);
    }
    return last;
  }

  /** Adds up what r was given. True if it left the queue. */
  function charge({ generated, promptTokens, state: states, evictions, service }: Requests, r: RequestId) {
    const { counter, charged, queued, tenant, stage, tokens } = state;
    const t = tenant[r];
    counter[t] += outputWeight * (generated[r] - tokens[r]);
    tokens[r] = generated[r];
    const served = states[r] !== State.waiting || evictions[r] > 0 || service[r] > 0;
    if (stage[r] !== Stage.queued || !served) return false;
    stage[r] = Stage.admitted;
    charged[t] += promptTokens[r];
    queued[t]--;
    if (states[r] === State.aborted || states[r] === State.rejected) return service[r] > 0;
    counter[t] += promptWeight * promptTokens[r];
    return true;
  }

  function insert(r: RequestId): void {
    pushId(newcomers, r);
    const { ids } = newcomers;
    let at = newcomers.n - 1;
    for (; at > 0 && ids[at - 1] > r; at--) ids[at] = ids[at - 1];
    ids[at] = r;
  }

  /** r joins the queue; its tenant's counter is lifted if nobody of its own queues. */
  function enqueue({ live, requests }: ReplicaView, r: RequestId): void {
    const { counter, charged, queued, tenant, stage, before, asked, totals } = state;
    const t = slotOf(requests.tenant[r]);
    if (queued[t] === 0) {
      let least = Infinity;
      for (let k = 0; k < live.n; k++) {
        const other = live.ids[k];
        if (stage[other] === Stage.queued) least = Math.min(least, counter[tenant[other]]);
      }
      if (least === Infinity) least = totals[Total.last] > 0 ? counter[totals[Total.last] - 1] : 0;
      counter[t] = Math.max(counter[t], least);
      asked[t] = charged[t];
    }
    tenant[r] = t;
    stage[r] = Stage.queued;
    before[r] = asked[t];
    asked[t] += requests.promptTokens[r];
    queued[t]++;
  }

  /** The number of a tenant: in order of appearance. */
  function slotOf(name: number): number {
    const { names, totals } = state;
    for (let t = 0; t < totals[Total.tenants]; t++) if (names[t] === name) return t;
    if (totals[Total.tenants] < MOST) names[totals[Total.tenants]++] = name;
    return totals[Total.tenants] - 1;
  }
}

const createState = ({ column, cells }: Episode) => ({
  tenant: column(Int32Array),
  stage: column(Uint8Array),
  /** Prompt tokens of its tenant that were asked for before it. */
  before: column(Float64Array),
  /** Generated tokens that were charged. */
  tokens: column(Int32Array),
  // By tenant: counters, prompt tokens asked for and charged, requests in the queue.
  names: cells(Int32Array, MOST),
  counter: cells(Float64Array, MOST),
  asked: cells(Float64Array, MOST),
  charged: cells(Float64Array, MOST),
  queued: cells(Int32Array, MOST),
  totals: cells(Int32Array, 2),
});
