/** What load 1 is: how much an engine serves while it is never short of requests. */
import type { CostModel } from '../env/serving/cost/cost.js';
import { createEngine, run } from '../env/serving/engine.js';
import type { Plan } from '../env/serving/plan.js';
import type { Recorder } from '../env/serving/recorder.js';
import type { Replica } from '../env/serving/replica.js';
import { State } from '../env/serving/requests.js';
import type { Rules } from '../env/serving/rules.js';
import { type Micros, toSeconds } from '../env/time.js';
import type { Workload } from '../env/workloads/workload.js';

/** What stands in the way of the next request, by share of the time in which someone waits. */
interface Limits {
  readonly sequences: number;
  readonly tokens: number;
  readonly memory: number;
}

export interface Saturation {
  readonly gamma: number;
  readonly requestsPerSecond: number;
  readonly promptTokensPerSecond: number;
  readonly outputTokensPerSecond: number;
  /** Sequences in a batch, mean over time. */
  readonly slots: number;
  readonly limits: Limits;
  /** Which of them is largest; `nothing`: all requests fit at once. */
  readonly limit: keyof Limits | 'nothing';
  /** Seconds measured. */
  readonly seconds: number;
}

/**
 * Serves a backlog first come, first served, and measures until nobody waits any more: the emptying of the engine
 * afterwards is not capacity. A request half served by then counts as its share of prompt and output tokens.
 * @param backlog everything at time 0
 * @throws Error if not one of its requests fits
 */
export function saturate(backlog: Workload, rules: Rules, cost: CostModel): Saturation {
  const watch = watchBacklog();
  const engine = createEngine({ workload: backlog, rules, cost, recorders: [watch.recorder] });
  if (run(engine) !== 'drained') throw new Error(`capacity: the ${rules.name} engine does not finish ${backlog.name}`);
  if (engine.replica.totals.finished === 0) {
    const { name, blocks, blockSize, maxModelLen } = rules;
    const room = Math.min(blocks * blockSize, maxModelLen);
    throw new Error(
      `capacity: ${name} rejects every request of ${backlog.name}: one may have ${room} tokens of prompt and declared output`,
    );
  }
  const { at, served, slotTime, limits } = watch.close(engine.replica);
  const seconds = toSeconds(at);
  const total = limits.sequences + limits.tokens + limits.memory;
  const share = (time: Micros): number => (total > 0 ? time / total : 0);
  const names = ['sequences', 'tokens', 'memory'] as const;
  return {
    gamma: rules.drafts,
    requestsPerSecond: served.requests / seconds,
    promptTokensPerSecond: served.promptTokens / seconds,
    outputTokensPerSecond: served.outputTokens / seconds,
    slots: slotTime / at,
    limits: { sequences: share(limits.sequences), tokens: share(limits.tokens), memory: share(limits.memory) },
    limit: total > 0 ? names.reduce((a, b) => (limits[b] > limits[a] ? b : a)) : 'nothing',
    seconds,
  };
}

interface Served {
  requests: number;
  promptTokens: number;
  outputTokens: number;
}

/** Looks on until the queue is empty for the first time. */
function watchBacklog() {
  const limits = { sequences: 0, tokens: 0, memory: 0 };
  let slotTime = 0;
  let full: keyof typeof limits = 'memory';
  let end: { at: Micros; served: Served } | undefined;
  /** Nobody ever waited. */
  let fits = false;
  const pass = (sequences: number, time: Micros): void => {
    if (end) return;
    if (!fits) limits[full] += time;
    slotTime += sequences * time;
  };
  const recorder: Recorder = {
    planned(s) {
      if (end || fits) return;
      if (s.queue.n === 0) {
        if (s.now === 0) fits = true;
        else end = { at: s.now, served: servedBy(s, s.plan) };
      }
      full = s.plan.n >= s.rules.maxBatch ? 'sequences' : s.left <= 0 ? 'tokens' : 'memory';
    },
    ending: (s, plan, from) => pass(plan.n, s.now - from),
    repeated: (s, _m, from) => pass(s.running.n, s.now - from),
  };
  return {
    recorder,
    close(s: Replica) {
      const { at, served } = end ?? { at: s.now, served: servedBy(s, null) };
      return { at, served, slotTime, limits };
    },
  };
}

/** @param planned a batch that is formed and not yet computed, whose tokens are counted in `computed` already */
function servedBy(s: Replica, planned: Plan | null): Served {
  const { promptTokens, computed, generated } = s.requests;
  const ahead = new Map<number, number>();
  for (let k = 0; planned && k < planned.n; k++) ahead.set(planned.ids[k], planned.tokens[k]);
  const served = { requests: s.totals.finished, promptTokens: 0, outputTokens: 0 };
  const arrived = s.live.n + s.totals.finished + s.totals.aborted + s.totals.rejected;
  for (let r = 0; r < arrived; r++) {
    const state = s.requests.state[r];
    if (state > State.finished) continue;
    const finished = state === State.finished;
    const prompt = finished ? promptTokens[r] : Math.min(computed[r] - (ahead.get(r) ?? 0), promptTokens[r]);
    served.promptTokens += prompt;
    served.outputTokens += generated[r];
    if (!finished) served.requests += (prompt + generated[r]) / (promptTokens[r] + s.hidden.end[r]);
  }
  return served;
}
