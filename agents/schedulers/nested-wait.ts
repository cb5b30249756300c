/**
 * Nested WAIT: requests wait at the entrance of each decode segment until enough of them do (Ao et al. 2025, arXiv 2504.11320).
 *
 *     segment k = output tokens (k − 1)·segment + 1 … k·segment;   its gate opens when threshold·ratio^(k − 1) or more wait before it
 *
 * Nothing is known of lengths: who is short leaves, who is long comes to the next gate. At the first gate wait those not served yet,
 * at the others those who hold their blocks and get no tokens (hold), in order of arrival everywhere. Fuller batches cost less a
 * token, and memory grows by batches whose sizes are known; the wait is paid by those who come first.
 *
 * State kept: the segment that each has entered. Information: none. Thresholds of the source follow from its fluid model of arrival
 * rates and lengths; here they are parameters, with defaults of ours. Ours too: equal segments; everyone who waits at an open gate
 * passes; all gates open while nobody runs; engines that run their list first (vLLM) cannot pause, there only the first gate
 * stands. Not here: its buffer of memory, which is `headroom` of the engine.
 */
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';

export interface NestedWaitOptions {
  /** Output tokens of a segment, ≥ 1 [128]. */
  readonly segment?: number;
  /** Requests that open the first gate, ≥ 1 [4]. */
  readonly threshold?: number;
  /** What the threshold of the next gate is multiplied by, 0 … 1; 1 at least must wait [0.5]. */
  readonly ratio?: number;
}

const MOST_GATES = 256;

export const nestedWait = (options: NestedWaitOptions = {}): Scheduler => {
  let pass: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'nested-wait',
    reset(episode) {
      pass = start(episode, options);
    },
    decide(view, out) {
      pass(view, out);
    },
  };
};

function start(episode: Episode, { segment = 128, threshold = 4, ratio = 0.5 }: NestedWaitOptions) {
  const { rules, requests } = episode;
  const { generated, state } = requests;
  const last = rules.candidates === 'by-rank' ? Math.min(MOST_GATES, Math.ceil(rules.maxModelLen / segment)) : 1;
  const entered = episode.column(Int32Array); // segment; 0 = none yet
  const waiting = episode.cells(Int32Array, last + 1); // by gate
  const needed = Array.from({ length: last + 1 }, (_, gate) =>
    Math.max(1, Math.round(threshold * ratio ** (gate - 1))),
  );

  /** The segment of its next token. */
  const next = (r: RequestId): number => Math.min(last, 1 + Math.floor(generated[r] / segment));

  return ({ live: { ids, n } }: ReplicaView, out: BatchDecision): void => {
    waiting.fill(0);
    let busy = false;
    for (let k = 0; k < n; k++) {
      const gate = next(ids[k]);
      if (entered[ids[k]] < gate) waiting[gate]++;
      else if (state[ids[k]] === State.running) busy = true;
    }
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      const gate = next(r);
      if (!busy || waiting[gate] >= needed[gate]) entered[r] = gate;
      const hold = entered[r] < gate ? 1 : 0;
      if (hold === out.hold[r]) continue;
      out.hold[r] = hold;
      out.touch(r);
    }
  };
}
