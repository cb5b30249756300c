/** What metrics remember of an episode: sums, lists and a few columns by request. Saved and restored as a whole. */
import type { Micros } from '../time.js';
import { copyHistogram, createHistogram, type Histogram } from './histogram.js';
import { copyKvUse, createKvUse, type KvUse } from './kv-use.js';
import type { Replica } from './replica.js';
import { copySeries, createSeries, type Series } from './spread.js';
import { copyTotals, createTotals, type Totals } from './totals.js';

/** Counters, all from the moment on at which metrics were attached. */
interface Tally {
  /** When measuring began: the first arrival; −1 = nobody came yet. */
  start: Micros;
  arrived: number;
  finished: number;
  aborted: number;
  rejected: number;
  /** Of those who left: who kept every promise. */
  met: number;
  /** Σ over those who left. */
  proposed: number;
  accepted: number;
  /** µs in batches, Σ over the finished. */
  service: Micros;
  /** Longest time a live request was in no batch. */
  starvation: Micros;
  largestBatch: number;
}

/** Of the finished in the order in which they left, all but `ttft` and `delay` (of everyone who got that far). */
interface Lists {
  ttft: Series;
  delay: Series;
  tpot: Series;
  jct: Series;
  row: Series;
  prompt: Series;
  declared: Series;
  end: Series;
  /** Running requests that were not in the last batch, by their last token (asynchronous engines). */
  late: Series;
}

export interface Measured {
  readonly tally: Tally;
  readonly tbt: Histogram;
  readonly kv: KvUse;
  readonly lists: Lists;
  /** The engine's totals when metrics were attached. */
  readonly before: Totals;
  /** By request: 1 = it was in a batch. */
  begun: Uint8Array;
  /** By request: its arrival, or the end of its last batch that brought no token. */
  served: Float64Array;
  /** By request: blocks it had when it was last looked at. */
  held: Int32Array;
}

export function createMeasured(): Measured {
  return {
    tally: {
      start: -1,
      arrived: 0,
      finished: 0,
      aborted: 0,
      rejected: 0,
      met: 0,
      proposed: 0,
      accepted: 0,
      service: 0,
      starvation: 0,
      largestBatch: 0,
    },
    tbt: createHistogram(),
    kv: createKvUse(),
    lists: {
      ttft: createSeries(),
      delay: createSeries(),
      tpot: createSeries(),
      jct: createSeries(),
      row: createSeries(),
      prompt: createSeries(),
      declared: createSeries(),
      end: createSeries(),
      late: createSeries(),
    },
    before: createTotals(),
    begun: new Uint8Array(0),
    served: new Float64Array(0),
    held: new Int32Array(0),
  };
}

/** Makes `to` equal to `from`; nothing is shared. */
export function copyMeasured(from: Measured, to: Measured): Measured {
  Object.assign(to.tally, from.tally);
  copyKvUse(from.kv, to.kv);
  copyHistogram(from.tbt, to.tbt);
  copyTotals(from.before, to.before);
  for (const name of Object.keys(from.lists) as (keyof Lists)[]) to.lists[name] = copySeries(from.lists[name]);
  to.begun = from.begun.slice();
  to.served = from.served.slice();
  to.held = from.held.slice();
  return to;
}

/**
 * Begins to measure a replica that may be under way: who is here already is measured from now on.
 * @returns false if it had begun elsewhere and goes on here
 */
export function attach(to: Measured, s: Replica): boolean {
  const { capacity } = s.ledger;
  if (to.begun.length < capacity) {
    to.begun = widened(to.begun, new Uint8Array(capacity));
    to.served = widened(to.served, new Float64Array(capacity));
    to.held = widened(to.held, new Int32Array(capacity));
  }
  if (to.tally.start >= 0) return false;
  copyTotals(s.totals, to.before);
  to.kv.clock = s.now;
  if (s.live.n > 0) to.tally.start = s.now;
  for (let k = 0; k < s.live.n; k++) {
    const r = s.live.ids[k];
    to.held[r] = s.requests.blocks[r];
    to.served[r] = s.now;
    to.begun[r] = s.requests.service[r] > 0 ? 1 : 0;
  }
  return true;
}

function widened<T extends Uint8Array | Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
