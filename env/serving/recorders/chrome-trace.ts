/**
 * A run as a trace for ui.perfetto.dev or chrome://tracing (the Trace Event Format). Process 1 is the engine: a slice per
 * batch, one for a whole leap, and counters of KV blocks, requests and batch tokens. Process 2 has a track per request
 * with slices wait, prefill, decode and paused, and marks where it was evicted, aborted or rejected. Times are µs.
 */
import type { Micros } from '../../time.js';
import { usedBlocks } from '../kv-use.js';
import type { Plan } from '../plan.js';
import type { Recorder } from '../recorder.js';
import type { Replica } from '../replica.js';
import { State } from '../requests.js';
import { createSpans } from './spans.js';

export interface ChromeTraceOptions {
  /** Only the first so many requests get tracks [all]. */
  readonly requests?: number;
}

/** X slice, C counter, i mark, M name. */
export interface TraceEvent {
  readonly ph: 'X' | 'C' | 'i' | 'M';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: Micros;
  readonly dur?: Micros;
  /** Scope of a mark: its thread. */
  readonly s?: 't';
  readonly args?: Readonly<Record<string, number | string>>;
}

const ENGINE = 1;
const REQUESTS = 2;

export interface ChromeTrace extends Recorder {
  /** The trace so far, as the text of a JSON file. */
  json(): string;
  save(): unknown;
  load(saved: unknown): void;
}

interface Saved {
  readonly spans: unknown;
  readonly events: readonly TraceEvent[];
  readonly counted: readonly (readonly [string, string])[];
  readonly tracks: readonly (readonly [number, number])[];
}

export function createChromeTrace({ requests = Infinity }: ChromeTraceOptions = {}): ChromeTrace {
  const spans = createSpans(requests);
  let events: TraceEvent[] = [];
  /** The last value of each counter: it is only written when it moves. */
  let counted = new Map<string, string>();
  /** Keys of the requests that have a track. */
  let tracks = new Map<number, number>();

  const counter = (name: string, ts: Micros, args: Record<string, number>): void => {
    const value = JSON.stringify(args);
    if (counted.get(name) === value) return;
    counted.set(name, value);
    events.push({ ph: 'C', name, pid: ENGINE, tid: 0, ts, args });
  };
  const mark = (r: number, name: string, ts: Micros): void => {
    if (r < requests) events.push({ ph: 'i', name, pid: REQUESTS, tid: r + 1, ts, s: 't' });
  };
  const levels = (s: Replica, ts: Micros): void => {
    counter('KV blocks', ts, { used: usedBlocks(s) });
    counter('requests', ts, { running: s.running.n, waiting: s.live.n - s.running.n });
  };
  const batch = (s: Replica, plan: Plan, from: Micros): void => {
    const { sequences, tokens, prefillTokens, decodeTokens } = plan.shape;
    const args = { sequences, tokens, prefillTokens };
    events.push({ ph: 'X', name: 'batch', pid: ENGINE, tid: 1, ts: from, dur: s.now - from, args });
    counter('batch tokens', from, { prefill: prefillTokens, decode: decodeTokens });
    levels(s, from);
  };
  const leap = (s: Replica, m: number, from: Micros): void => {
    const args = { iterations: m, sequences: s.running.n };
    events.push({
      ph: 'X',
      name: m > 1 ? `${m} batches` : 'batch',
      pid: ENGINE,
      tid: 1,
      ts: from,
      dur: s.now - from,
      args,
    });
    counter('batch tokens', from, { prefill: 0, decode: s.running.n });
    levels(s, from);
  };
  return {
    ...spans,
    arrived(s, r) {
      spans.arrived?.(s, r);
      if (r < requests) tracks.set(r, s.requests.key[r]);
    },
    planned(s) {
      for (let k = 0; k < s.evicted.n; k++) mark(s.evicted.ids[k], 'evicted', s.now);
    },
    ending(s, plan, from) {
      spans.ending?.(s, plan, from);
      batch(s, plan, from);
    },
    repeated(s, m, from) {
      spans.repeated?.(s, m, from);
      leap(s, m, from);
    },
    idle(s, from) {
      spans.idle?.(s, from);
      counter('batch tokens', from, { prefill: 0, decode: 0 });
      levels(s, from);
    },
    left(s, r, time) {
      spans.left?.(s, r, time);
      const state = s.requests.state[r];
      if (state !== State.finished) mark(r, state === State.aborted ? 'aborted' : 'rejected', time);
    },
    json() {
      const slices = spans.all().map(({ id, kind, from, to }): TraceEvent => {
        return { ph: 'X', name: kind, pid: REQUESTS, tid: id + 1, ts: from, dur: to - from };
      });
      return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names(tracks), ...events, ...slices] });
    },
    save: (): Saved => ({ spans: spans.save(), events: [...events], counted: [...counted], tracks: [...tracks] }),
    load(saved) {
      const from = saved as Saved;
      spans.load(from.spans);
      events = [...from.events];
      counted = new Map(from.counted);
      tracks = new Map(from.tracks);
    },
  };
}

function names(tracks: ReadonlyMap<number, number>): TraceEvent[] {
  const named = (what: string, pid: number, tid: number, name: string): TraceEvent => {
    return { ph: 'M', name: what, pid, tid, ts: 0, args: { name } };
  };
  return [
    named('process_name', ENGINE, 0, 'engine'),
    named('thread_name', ENGINE, 1, 'batches'),
    named('process_name', REQUESTS, 0, 'requests'),
    ...[...tracks].map(([r, key]) => named('thread_name', REQUESTS, r + 1, `request ${r} (key ${key})`)),
  ];
}
