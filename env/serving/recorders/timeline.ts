/** The run as a picture shows it: a bar per request, and how full memory was. */
import type { Micros } from '../../time.js';
import { usedBlocks } from '../kv-use.js';
import type { Recorder } from '../recorder.js';
import type { Replica } from '../replica.js';
import { createSpans, type Span } from './spans.js';

export interface TimelineOptions {
  /** Only the first so many requests get bars [200]. */
  readonly requests?: number;
  /** At most so many points of memory [2,000]: when there are more, every other one goes. */
  readonly points?: number;
}

/** The engine at the end of a batch or leap, before the finished leave. */
export interface KvPoint {
  readonly at: Micros;
  readonly usedBlocks: number;
  /** Requests in the running list. */
  readonly running: number;
  /** Other requests that are here. */
  readonly waiting: number;
}

export interface Timeline extends Recorder {
  /** Bars, those of unfinished requests up to the last moment seen. */
  readonly spans: readonly Span[];
  readonly kv: readonly KvPoint[];
  save(): unknown;
  load(saved: unknown): void;
}

interface Saved {
  readonly bars: unknown;
  readonly kv: readonly KvPoint[];
  readonly stride: number;
  readonly skipped: number;
}

export function createTimeline({ requests = 200, points = 2000 }: TimelineOptions = {}): Timeline {
  const bars = createSpans(requests);
  let kv: KvPoint[] = [];
  /** One point is kept of so many, `skipped` have passed since. */
  let stride = 1;
  let skipped = 0;
  const look = (s: Replica): void => {
    if (++skipped < stride) return;
    skipped = 0;
    const running = s.running.n;
    kv.push({ at: s.now, usedBlocks: usedBlocks(s), running, waiting: s.live.n - running });
    if (kv.length <= points) return;
    kv = kv.filter((_, k) => k % 2 === 0);
    stride *= 2;
  };
  return {
    ...bars,
    get spans() {
      return bars.all();
    },
    get kv() {
      return kv;
    },
    ending(s, plan, from) {
      bars.ending?.(s, plan, from);
      look(s);
    },
    repeated(s, m, from) {
      bars.repeated?.(s, m, from);
      look(s);
    },
    idle(s, from) {
      bars.idle?.(s, from);
      look(s);
    },
    save: (): Saved => ({ bars: bars.save(), kv: [...kv], stride, skipped }),
    load(saved) {
      const from = saved as Saved;
      bars.load(from.bars);
      kv = [...from.kv];
      stride = from.stride;
      skipped = from.skipped;
    },
  };
}
