/**
 * Metrics of an episode: a recorder that yields a `Summary`, whose fields are defined in summary.ts.
 *
 * A repeated batch costs one addition to a histogram and one to an integral, however many run; requests are looked at one
 * by one only where a batch is packed or someone leaves. Every figure is the same whether the engine leaps or not.
 */
import { exitAt } from './commit.js';
import { addValue, addValues } from './histogram.js';
import { occupy, occupyLeap, stand } from './kv-use.js';
import { attach, copyMeasured, createMeasured, type Measured } from './measured.js';
import type { Plan } from './plan.js';
import type { Recorder } from './recorder.js';
import type { Replica } from './replica.js';
import { State } from './requests.js';
import { broken, type Slo, tpotOf } from './slo.js';
import { push } from './spread.js';
import { type Summary, summarise } from './summary.js';

export type { Slo } from './slo.js';
export type { Spread } from './spread.js';
export type { Summary } from './summary.js';

export interface MetricsOptions {
  /** What is promised to requests by their class, `workload.slo` [nothing but deadlines]. */
  readonly slo?: readonly Slo[];
}

/**
 * One object an episode; it is saved and restored with the engine. Attached to an engine under way (a fork), it measures
 * from the first batch on that it sees beginning.
 */
export interface Metrics extends Recorder {
  /** Everything up to now; may be asked at any time. */
  summary(): Summary;
  save(): unknown;
  load(saved: unknown): void;
}

export function createMetrics({ slo = [] }: MetricsOptions = {}): Metrics {
  const measured = createMeasured();
  const { tally, tbt, kv } = measured;
  let seen: Replica | null = null;
  /** The batch that ends was packed, not repeated. */
  let packed = false;

  /** True if this is the first that metrics see: what has just ended is not measured then. */
  const first = (s: Replica): boolean => {
    if (s === seen) return false;
    seen = s;
    return attach(measured, s);
  };
  return {
    arrived(s, r) {
      const arrival = s.requests.arrival[r];
      first(s);
      if (tally.start < 0) tally.start = arrival;
      measured.served[r] = arrival;
      tally.arrived++;
    },
    planned(s) {
      first(s);
      if (s.rules.asyncDepth === 0) return;
      packed = true;
      stand(kv, s);
    },
    ending(s, plan, from) {
      occupy(kv, s, from);
      if (plan.n > tally.largestBatch) tally.largestBatch = plan.n;
      endBatch(measured, s, plan, from);
    },
    repeated(s, m, from) {
      if (first(s)) return;
      packed = false;
      const { running, times } = s;
      const { late } = measured.lists;
      if (running.n > tally.largestBatch) tally.largestBatch = running.n;
      addValue(tbt, times[0], running.n - late.n);
      for (; late.n > 0; late.n--) addValue(tbt, from + times[0] - late.values[late.n - 1], 1);
      if (m === 1) {
        occupy(kv, s, from);
        return;
      }
      addValues(tbt, times, 1, m, running.n);
      occupyLeap(kv, s, m, from, measured.held);
    },
    committed(s) {
      if (packed) noteLate(measured, s);
    },
    left(s, r, time) {
      first(s);
      const { requests, hidden } = s;
      const { lists } = measured;
      tally.starvation = Math.max(tally.starvation, time - Math.max(requests.lastToken[r], measured.served[r]));
      if (!broken(s, r, time, slo[requests.slo[r]] ?? {})) tally.met++;
      tally.proposed += requests.proposed[r];
      tally.accepted += requests.accepted[r];
      if (requests.state[r] === State.aborted) tally.aborted++;
      else if (requests.state[r] === State.rejected) tally.rejected++;
      if (requests.state[r] !== State.finished) return;
      tally.finished++;
      tally.service += requests.service[r];
      push(lists.jct, time - requests.arrival[r]);
      if (requests.generated[r] > 1) push(lists.tpot, tpotOf(s, r));
      push(lists.row, hidden.row[r]);
      push(lists.prompt, requests.promptTokens[r]);
      push(lists.declared, requests.declared[r]);
      push(lists.end, hidden.end[r]);
    },
    idle(s, from) {
      if (!first(s)) occupy(kv, s, from);
    },
    summary: () => summarise(measured, seen, slo),
    save: () => copyMeasured(measured, createMeasured()),
    load(saved) {
      copyMeasured(saved as Measured, measured);
    },
  };
}

/** A packed batch ends: gaps between tokens, first tokens, first batches, and how long its members were in none. */
function endBatch(measured: Measured, s: Replica, plan: Plan, from: number): void {
  const { tbt } = measured;
  const { ids, n } = plan;
  const { lastToken } = s.requests;
  const plain = s.exits || s.rules.asyncDepth > 0 ? 0 : plan.plain;
  let straight = 0;
  // Nearly everyone decodes without a break: their gaps are the length of the batch.
  for (let k = 0; k < plain; k++) {
    if (lastToken[ids[k]] === from) straight++;
    else endFor(measured, s, plan, k, from);
  }
  for (let k = plain; k < n; k++) endFor(measured, s, plan, k, from);
  if (straight > 0) addValue(tbt, s.now - from, straight);
}

/** The same for the k-th of the batch. */
function endFor(
  { tally, tbt, lists, begun, served, held }: Measured,
  s: Replica,
  plan: Plan,
  k: number,
  from: number,
): void {
  const { now, requests } = s;
  const { arrival, blocks, generated, lastToken, state } = requests;
  const r = plan.ids[k];
  if (state[r] >= State.finished) return; // asynchronous: its last batch was planned before its end was known
  held[r] = blocks[r];
  const idle = from - Math.max(lastToken[r], served[r]);
  if (idle > tally.starvation) tally.starvation = idle;
  if (begun[r] === 0) {
    begun[r] = 1;
    push(lists.delay, from - arrival[r]);
  }
  if (!plan.emits[k] || (s.exits && exitAt(s, r) < now)) served[r] = now;
  else if (generated[r] === 0) push(lists.ttft, now - arrival[r]);
  else addValue(tbt, now - lastToken[r], 1);
}

/** Asynchronous engines: who runs but was not in the batch that ended has a longer gap before its next token. */
function noteLate({ tally, lists, served }: Measured, s: Replica): void {
  const { ids, n } = s.running;
  const { lastToken } = s.requests;
  lists.late.n = 0;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    if (lastToken[r] === s.now || (s.exits && exitAt(s, r) < s.now)) continue;
    push(lists.late, lastToken[r]);
    tally.starvation = Math.max(tally.starvation, s.now - Math.max(lastToken[r], served[r]));
  }
}
