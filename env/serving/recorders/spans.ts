/** What each request was doing when: the spans that traces and pictures are made of. */
import type { Micros } from '../../time.js';
import type { Plan } from '../plan.js';
import type { Recorder } from '../recorder.js';
import type { Replica } from '../replica.js';

/**
 * wait: here without blocks · prefill: in batches that compute its prompt, or its tokens again after an eviction ·
 * decode: in batches that only add to its answer · paused: it has blocks, but no tokens in the batch under way.
 */
export type SpanKind = 'wait' | 'prefill' | 'decode' | 'paused';

export interface Span {
  readonly id: number;
  readonly key: number;
  readonly kind: SpanKind;
  readonly from: Micros;
  readonly to: Micros;
}

interface Doing {
  readonly key: number;
  kind: SpanKind;
  since: Micros;
}

export interface SpanRecorder extends Recorder {
  /** Spans in the order in which they ended, then those under way, up to the last moment seen. */
  all(): Span[];
  save(): unknown;
  load(saved: unknown): void;
}

interface Saved {
  readonly ended: readonly Span[];
  readonly doing: readonly (readonly [number, Doing])[];
  readonly active: readonly number[];
  readonly now: Micros;
}

/** Follows the requests with ids below `limit`; it looks at every running one once a batch. */
export function createSpans(limit = Infinity): SpanRecorder {
  let ended: Span[] = [];
  let doing = new Map<number, Doing>();
  /** Who was in the last batch, or is paused. */
  let active = new Set<number>();
  let now = 0;

  const close = (id: number, at: Micros): void => {
    const d = doing.get(id);
    if (d && at > d.since) ended.push({ id, key: d.key, kind: d.kind, from: d.since, to: at });
  };
  const become = (id: number, kind: SpanKind, at: Micros): void => {
    const d = doing.get(id);
    if (!d || d.kind === kind) return;
    close(id, at);
    d.kind = kind;
    d.since = at;
  };
  /** Everyone who was active and is not in the batch that began at `from` stands still, or has lost its blocks. */
  const rest = (s: Replica, batch: ReadonlySet<number>, from: Micros): void => {
    for (const id of active) {
      if (batch.has(id)) continue;
      const resident = s.requests.blocks[id] > 0;
      become(id, resident ? 'paused' : 'wait', from);
      if (!resident) active.delete(id);
    }
    for (const id of batch) active.add(id);
    now = s.now;
  };
  const arrive = (s: Replica, r: number): void => {
    if (r < limit) doing.set(r, { key: s.requests.key[r], kind: 'wait', since: s.requests.arrival[r] });
  };
  return {
    all() {
      const open = [...doing].map(([id, d]) => ({ id, key: d.key, kind: d.kind, from: d.since, to: now }));
      return [...ended, ...open.filter((span) => span.to > span.from)];
    },
    arrived(s, r) {
      arrive(s, r);
      now = s.now;
    },
    ending(s, plan, from) {
      const batch = new Set<number>();
      for (let k = 0; k < plan.n; k++) {
        const r = plan.ids[k];
        if (!doing.has(r)) continue;
        batch.add(r);
        become(r, kindOf(s, plan, k), from);
      }
      rest(s, batch, from);
    },
    repeated(s, _m, from) {
      const batch = new Set<number>();
      for (let k = 0; k < s.running.n; k++) {
        const r = s.running.ids[k];
        if (!doing.has(r)) continue;
        batch.add(r);
        become(r, 'decode', from);
      }
      rest(s, batch, from);
    },
    idle(s, from) {
      rest(s, new Set(), from);
    },
    left(s, r, time) {
      close(r, time);
      doing.delete(r);
      active.delete(r);
      now = s.now;
    },
    save: (): Saved => ({
      ended: [...ended],
      doing: [...doing].map(([id, d]) => [id, { ...d }] as const),
      active: [...active],
      now,
    }),
    load(saved) {
      const from = saved as Saved;
      ended = [...from.ended];
      doing = new Map(from.doing.map(([id, d]) => [id, { ...d }]));
      active = new Set(from.active);
      now = from.now;
    },
  };
}

/** A member decodes if its batch computes one token that it generated, and drafts behind it. */
function kindOf(s: Replica, plan: Plan, k: number): SpanKind {
  const decodes = s.requests.generated[plan.ids[k]] > 0 && plan.emits[k] === 1 && plan.tokens[k] === 1 + plan.drafts[k];
  return decodes ? 'decode' : 'prefill';
}
