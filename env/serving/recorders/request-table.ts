/** One row per request: what it was and what happened to it, as JSONL or CSV. Times are whole µs. */
import { createAlone } from '../alone.js';
import type { Recorder } from '../recorder.js';
import type { Replica } from '../replica.js';
import { State } from '../requests.js';
import { tpotOf } from '../slo.js';
import { type Unfit, unfitFor } from '../unfit.js';

/** Names are those of the files; null (an empty cell in CSV): it did not come to that. */
export interface RequestRow {
  /** Order of arrival, from 0. */
  readonly id: number;
  /** Identity across runs. */
  readonly key: number;
  /** Its name in the file it came from; empty = none. */
  readonly name: string;
  readonly tenant: number;
  readonly priority: number;
  /** Class of service-level objectives. */
  readonly slo: number;
  /** finished, aborted, rejected; else what it was doing when the episode ended. */
  readonly state: string;
  /** Why it was rejected; null for all others. */
  readonly reason: Unfit | null;
  readonly prompt_tokens: number;
  /** Most tokens it was allowed to generate. */
  readonly declared_tokens: number;
  /** Tokens it generated. */
  readonly output_tokens: number;
  readonly arrival_us: number;
  /** Start of the first iteration that computed a token of it. */
  readonly first_batch_us: number | null;
  readonly first_token_us: number | null;
  /** When it left, finished or not. */
  readonly left_us: number | null;
  readonly deadline_us: number | null;
  /** first_token_us − arrival_us. */
  readonly ttft_us: number | null;
  /** (last token − first token) ÷ (output_tokens − 1), to the nearest µs; finished requests with at least 2 tokens. */
  readonly tpot_us: number | null;
  /** left_us − arrival_us; finished requests only. */
  readonly jct_us: number | null;
  /** Time in batches. */
  readonly service_us: number;
  /** jct_us ÷ time alone on the same engine; finished requests only. */
  readonly slowdown: number | null;
  readonly evictions: number;
  readonly pauses: number;
  /** Tokens that ended batches computed although they had been computed before. */
  readonly recomputed_tokens: number;
  readonly drafts_proposed: number;
  readonly drafts_accepted: number;
}

export interface RequestTable extends Recorder {
  /** By id; requests that are still here as they stand. */
  rows(): RequestRow[];
  save(): unknown;
  load(saved: unknown): void;
}

/** What no column of the engine tells. */
interface Progress {
  firstBatch: number | null;
  /** Tokens computed at its furthest before its first token. */
  reached: number;
  recomputed: number;
}

interface Saved {
  readonly done: readonly RequestRow[];
  readonly progress: readonly (readonly [number, Progress])[];
}

const noProgress: Progress = { firstBatch: null, reached: 0, recomputed: 0 };

const stateNames = Object.fromEntries(Object.entries(State).map(([name, value]) => [value, name]));

export function createRequestTable(): RequestTable {
  let seen: Replica | null = null;
  let done: RequestRow[] = [];
  let progress = new Map<number, Progress>();
  let alone: ReturnType<typeof createAlone> | null = null;
  const of = (r: number): Progress => {
    let p = progress.get(r);
    if (!p) {
      p = { ...noProgress };
      progress.set(r, p);
    }
    return p;
  };
  const row = (s: Replica, r: number, left: number | null): RequestRow => {
    const { requests: c, hidden } = s;
    const { firstBatch, recomputed } = progress.get(r) ?? noProgress;
    const state = c.state[r];
    const jct = state === State.finished && left !== null ? left - c.arrival[r] : null;
    const tpot = jct === null ? Number.NaN : tpotOf(s, r);
    alone ??= createAlone(s.rules, s.cost, s.acceptance);
    const solo = { row: hidden.row[r], prompt: c.promptTokens[r], declared: c.declared[r], end: hidden.end[r] };
    return {
      id: r,
      key: c.key[r],
      name: s.workload.ids[hidden.row[r]] ?? '',
      tenant: c.tenant[r],
      priority: c.priority[r],
      slo: c.slo[r],
      state: stateNames[state],
      reason: state === State.rejected ? unfitFor(s.rules, c.promptTokens[r], c.declared[r]) : null,
      prompt_tokens: c.promptTokens[r],
      declared_tokens: c.declared[r],
      output_tokens: c.generated[r],
      arrival_us: c.arrival[r],
      first_batch_us: firstBatch,
      first_token_us: c.generated[r] > 0 ? c.firstToken[r] : null,
      left_us: left,
      deadline_us: c.deadline[r] === Infinity ? null : c.deadline[r],
      ttft_us: c.generated[r] > 0 ? c.firstToken[r] - c.arrival[r] : null,
      tpot_us: Number.isNaN(tpot) ? null : Math.round(tpot),
      jct_us: jct,
      service_us: c.service[r],
      slowdown: jct === null ? null : jct / alone(solo),
      evictions: c.evictions[r],
      pauses: c.pauses[r],
      recomputed_tokens: recomputed,
      drafts_proposed: c.proposed[r],
      drafts_accepted: c.accepted[r],
    };
  };
  return {
    rows() {
      const rows = [...done];
      if (seen) for (let k = 0; k < seen.live.n; k++) rows.push(row(seen, seen.live.ids[k], null));
      return rows.sort((a, b) => a.id - b.id);
    },
    arrived(s) {
      seen = s;
    },
    ending(s, plan, from) {
      seen = s;
      const { computed, evictions, generated, known, state } = s.requests;
      const asynchronous = s.rules.asyncDepth > 0;
      for (let k = 0; k < plan.n; k++) {
        const r = plan.ids[k];
        if (state[r] >= State.finished) continue;
        const p = of(r);
        p.firstBatch ??= from;
        if (asynchronous && evictions[r] !== plan.evictions[k]) continue; // what it computed was lost meanwhile
        const from0 = computed[r] - (asynchronous ? s.hidden.pending[r] : plan.tokens[k]);
        const to = from0 + plan.tokens[k];
        const reached = Math.max(p.reached, generated[r] > 0 ? known[r] - 1 : 0);
        p.recomputed += Math.max(0, Math.min(to, reached) - from0);
        p.reached = plan.emits[k] ? reached : Math.max(reached, to);
      }
    },
    left(s, r, time) {
      done.push(row(s, r, time));
      progress.delete(r);
    },
    save: (): Saved => ({ done: [...done], progress: [...progress].map(([r, p]) => [r, { ...p }] as const) }),
    load(saved) {
      const from = saved as Saved;
      done = [...from.done];
      progress = new Map(from.progress.map(([r, p]) => [r, { ...p }]));
    },
  };
}

/** A JSON object per line. */
export const requestTableJsonl = (rows: readonly RequestRow[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const columns = [
  'id',
  'key',
  'name',
  'tenant',
  'priority',
  'slo',
  'state',
  'reason',
  'prompt_tokens',
  'declared_tokens',
  'output_tokens',
  'arrival_us',
  'first_batch_us',
  'first_token_us',
  'left_us',
  'deadline_us',
  'ttft_us',
  'tpot_us',
  'jct_us',
  'service_us',
  'slowdown',
  'evictions',
  'pauses',
  'recomputed_tokens',
  'drafts_proposed',
  'drafts_accepted',
] as const satisfies readonly (keyof RequestRow)[];

/** A heading and a line per request (RFC 4180). */
export function requestTableCsv(rows: readonly RequestRow[]): string {
  const cell = (value: string | number | null): string => {
    const text = value === null ? '' : `${value}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) => columns.map((name) => cell(row[name])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}
