/**
 * MC-SF: shortest first, admitted only if memory will suffice until everyone is done (Jaillet et al. 2025, arXiv 2502.07115).
 *
 *     candidates by believed length; c joins those who run if at each of their believed completions
 *     Σ over those still there of KV then ≤ (1 − margin) · memory             (peaks are nowhere else)
 *
 * KV of one who is known by k tokens and needs t more iterations is k + t − 1 then. Who is not admitted is held. Who runs is
 * never interrupted. With true lengths, one token an iteration and whole prompts nobody ever loses its blocks.
 *
 * State: who waits, in order, and who of them may enter; the rest is looked at anew each turn, O(running) a candidate.
 * Information: believed length. Ours: a last block counts as full and drafts as held; one iteration at least is believed to
 * remain; a request whose prompt is chunked ends later than believed here; the first candidate of an empty engine always
 * enters; who lost its blocks comes first. The paper stops at the first that does not fit; `misfit: 'skip'` tries the longer
 * ones too.
 */
import type { BatchDecision, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import { nonPreemptive } from '../combine/non-preemptive.js';
import { createOrdered, type Ordered } from './ordered.js';

export interface McSfOptions {
  /** Share of memory left free for errors of belief, 0 ≤ margin < 1 [0]. */
  readonly margin?: number;
  /** At the first candidate that does not fit: stop, or pass it over ['stop']. */
  readonly misfit?: 'stop' | 'skip';
}

export const mcSf = (options: McSfOptions = {}): Scheduler => ({
  ...nonPreemptive(() => lookingAhead(options))(),
  name: 'mc-sf',
});

function lookingAhead({ margin = 0, misfit = 'stop' }: McSfOptions): Scheduler {
  let waiting: Ordered;
  let seats: number;
  let running: Peak;
  let admissible: Int32Array; // waiting and not held
  let admitted: Int32Array; // one cell: how many

  /** Adds r to those who run, if memory suffices or `always`. */
  function tries(r: RequestId, memory: number, always: boolean, view: ReplicaView, out: BatchDecision): boolean {
    const rest = Math.max(1, Math.ceil(view.beliefs.length[r] - view.requests.generated[r]));
    return running.add(rest, view.requests.known[r] + out.draft[r] + view.pool.blockSize - 2, memory, always);
  }

  function review(view: ReplicaView, out: BatchDecision): void {
    const { changed, ended, requests, beliefs } = view;
    for (let k = 0; k < ended.n; k++) waiting.remove(ended.ids[k]);
    for (let k = 0; k < changed.n; k++) {
      const r = changed.ids[k];
      const queued = requests.state[r] === State.waiting;
      out.rank[r] = beliefs.length[r];
      out.hold[r] = queued ? 1 : 0;
      if (queued) waiting.place(r, requests.evictions[r] > 0 ? 0 : beliefs.length[r]);
      else waiting.remove(r);
    }
    for (let k = 0; k < admitted[0]; k++) {
      const r = admissible[k];
      if (requests.state[r] !== State.waiting) continue;
      out.hold[r] = 1;
      out.touch(r);
    }
    admitted[0] = 0;
  }

  return {
    name: 'memory-constrained',
    reset(episode) {
      waiting = createOrdered(episode);
      seats = episode.rules.maxBatch;
      running = createPeak(seats + 1);
      admissible = episode.cells(Int32Array, seats);
      admitted = episode.cells(Int32Array, 1);
    },
    decide(view, out) {
      review(view, out);
      if (waiting.n === 0) return;
      const memory = (1 - margin) * (view.pool.total - out.headroom) * view.pool.blockSize;
      running.clear();
      for (let k = 0; k < view.running.n; k++) tries(view.running.ids[k], memory, true, view, out);
      for (let k = 0; k < waiting.n && view.running.n + admitted[0] < seats; k++) {
        const r = waiting.ids[k];
        const alone = view.running.n + admitted[0] === 0;
        if (tries(r, memory, alone, view, out)) {
          out.hold[r] = 0;
          out.touch(r);
          admissible[admitted[0]++] = r;
        } else if (misfit === 'stop') return;
      }
    },
  };
}

interface Peak {
  clear(): void;
  /** One more with so many iterations to go, whose KV in the i-th of them is kv + i. False, and it is not there: more than `memory` at some time. */
  add(rest: number, kv: number, memory: number, always: boolean): boolean;
}

/** Those who run by falling rest, and the most they will ever hold. */
function createPeak(room: number): Peak {
  const rests = new Float64Array(room);
  const kvs = new Float64Array(room);
  let n = 0;

  function fits(memory: number): boolean {
    let kv = 0;
    for (let k = 0; k < n; k++) {
      kv += kvs[k];
      if (kv + (k + 1) * rests[k] > memory) return false;
    }
    return true;
  }

  return {
    clear() {
      n = 0;
    },
    add(rest, kv, memory, always) {
      let at = n;
      while (at > 0 && rests[at - 1] < rest) at--;
      rests.copyWithin(at + 1, at, n);
      kvs.copyWithin(at + 1, at, n);
      rests[at] = rest;
      kvs[at] = kv;
      n++;
      if (always || fits(memory)) return true;
      rests.copyWithin(at, at + 1, n);
      kvs.copyWithin(at, at + 1, n);
      n--;
      return false;
    },
  };
}
