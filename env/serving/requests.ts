/** The columns of a request: what has happened to it (for everyone to see), and what only the engine knows. */
import { type Column, type ColumnKind, column, type Ledger } from './columns.js';

/** What has happened. Rows are written when a request is delivered; before that they are zero. */
export interface Requests {
  /** Identity across policies and runs. */
  readonly key: Column;
  readonly arrival: Column;
  readonly promptTokens: Column;
  /** Most tokens it may generate: max_tokens, at most model length − prompt. */
  readonly declared: Column;
  /** Lower is more urgent. */
  readonly priority: Column;
  readonly tenant: Column;
  readonly deadline: Column;
  readonly slo: Column;
  /** Tokens whose KV exists (prompt and generated alike). */
  readonly computed: Column;
  readonly generated: Column;
  /** prompt + generated. */
  readonly known: Column;
  /** KV tokens it holds: the same column as `computed`, under the name memory policies use. */
  readonly kvTokens: Column;
  readonly blocks: Column;
  /** Drafts held for the next verification. */
  readonly drafts: Column;
  readonly proposed: Column;
  readonly accepted: Column;
  readonly verifications: Column;
  /** µs spent in batches. */
  readonly service: Column;
  /** µs; 0 before the first token. */
  readonly firstToken: Column;
  readonly lastToken: Column;
  readonly evictions: Column;
  readonly pauses: Column;
  /** One of `State`. */
  readonly state: Column;
}

/** Values of `requests.state`. Paused: resident, no tokens this turn. Away: KV on the host, or on the way there or back. The last three have left. */
export const State = { waiting: 0, running: 1, paused: 2, away: 3, finished: 4, aborted: 5, rejected: 6 } as const;

/** The same columns, writable, beside the engine's own. */
export interface RequestColumns {
  readonly key: Float64Array;
  readonly arrival: Float64Array;
  readonly promptTokens: Int32Array;
  readonly declared: Int32Array;
  readonly priority: Int32Array;
  readonly tenant: Int32Array;
  readonly deadline: Float64Array;
  readonly slo: Uint8Array;
  readonly computed: Int32Array;
  readonly generated: Int32Array;
  readonly known: Int32Array;
  readonly kvTokens: Int32Array;
  readonly blocks: Int32Array;
  readonly drafts: Uint8Array;
  readonly proposed: Int32Array;
  readonly accepted: Int32Array;
  readonly verifications: Int32Array;
  readonly service: Float64Array;
  readonly firstToken: Float64Array;
  readonly lastToken: Float64Array;
  readonly evictions: Int32Array;
  readonly pauses: Int32Array;
  readonly state: Uint8Array;
}

/** What only the engine knows of a request. */
export interface Hidden {
  /** Row of the workload: without followers requests are announced in its order, and this is the id. */
  readonly row: Int32Array;
  /** Generated tokens at which it ends: min(true length, declared, model length − prompt). */
  readonly end: Int32Array;
  /** Tokens whose KV it lost at its last eviction and has not been admitted again since. */
  readonly lost: Int32Array;
  /** Blocks it may still claim beyond those it holds (reservation at admission). */
  readonly reserved: Int32Array;
  /** Sampling steps so far: its position in a script of acceptance. */
  readonly samples: Int32Array;
  /** Outputs that batches in flight will bring, drafts included (asynchronous engines). */
  readonly placeholders: Uint8Array;
  /** Tokens in batches that have not ended. Asynchronous engines only, else empty. */
  readonly pending: Int32Array;
  /** The rank the engine last read: order is kept by it, so that an unannounced write cannot corrupt a heap. */
  readonly urgency: Float64Array;
  /** Index in the live list. */
  readonly livePlace: Int32Array;
  /** Index in the queue or among the held. */
  readonly queuePlace: Int32Array;
  /** One of `Where`. */
  readonly where: Uint8Array;
  /** 1 = its last batch did not reach all its known tokens, so it did not sample. */
  readonly catchingUp: Uint8Array;
  /** 1 = already in the list of changed. */
  readonly marked: Uint8Array;
  /** When it left; 0 before. */
  readonly left: Float64Array;
  /** Blocks of the host that hold a copy of its KV, or will. Engines with a host pool only, else empty. */
  readonly hostBlocks: Int32Array;
}

/** Which list of the engine holds a request. Held: in none that is served. Moving: its KV is on the way to the host or back. */
export const Where = { nowhere: 0, queue: 1, running: 2, held: 3, moving: 4 } as const;

/** @param followers some arrive when others have left: their times are news, and saved as such */
export function createRequests(ledger: Ledger, followers: boolean): RequestColumns {
  type Of = <T extends Float64Array | Int32Array | Uint8Array>(kind: ColumnKind<T>) => T;
  const fixed: Of = (kind) => column(ledger, kind, 'fixed');
  const progress: Of = (kind) => column(ledger, kind, 'progress');
  const computed = progress(Int32Array);
  return {
    key: fixed(Float64Array),
    arrival: column(ledger, Float64Array, followers ? 'opinions' : 'fixed'),
    promptTokens: fixed(Int32Array),
    declared: fixed(Int32Array),
    priority: fixed(Int32Array),
    tenant: fixed(Int32Array),
    deadline: fixed(Float64Array),
    slo: fixed(Uint8Array),
    computed,
    generated: progress(Int32Array),
    known: progress(Int32Array),
    kvTokens: computed,
    blocks: progress(Int32Array),
    drafts: progress(Uint8Array),
    proposed: progress(Int32Array),
    accepted: progress(Int32Array),
    verifications: progress(Int32Array),
    service: progress(Float64Array),
    firstToken: progress(Float64Array),
    lastToken: progress(Float64Array),
    evictions: progress(Int32Array),
    pauses: progress(Int32Array),
    state: progress(Uint8Array),
  };
}

/** What an engine has beyond the plain one, and needs columns for. */
export interface HiddenExtras {
  readonly asynchronous: boolean;
  /** Some requests arrive when others have left: who a row is becomes news, and is saved as such. */
  readonly followers: boolean;
  /** A pool on the host. */
  readonly host: boolean;
}

export function createHidden(ledger: Ledger, { asynchronous, followers, host }: HiddenExtras): Hidden {
  type Of = <T extends Float64Array | Int32Array | Uint8Array>(kind: ColumnKind<T>) => T;
  const progress: Of = (kind) => column(ledger, kind, 'progress');
  const place: Of = (kind) => column(ledger, kind, 'places');
  return {
    row: column(ledger, Int32Array, followers ? 'opinions' : 'fixed'),
    end: column(ledger, Int32Array, 'fixed'),
    lost: progress(Int32Array),
    reserved: progress(Int32Array),
    samples: progress(Int32Array),
    placeholders: progress(Uint8Array),
    pending: asynchronous ? progress(Int32Array) : new Int32Array(0),
    urgency: column(ledger, Float64Array, 'opinions'),
    livePlace: place(Int32Array),
    queuePlace: place(Int32Array),
    where: place(Uint8Array),
    catchingUp: progress(Uint8Array),
    marked: place(Uint8Array),
    left: progress(Float64Array),
    hostBlocks: host ? progress(Int32Array) : new Int32Array(0),
  };
}

/** True once anything has happened to r since it was delivered: its columns of progress are not those of a new request. */
export const begun = ({ evictions, service, state }: RequestColumns, r: number): boolean =>
  state[r] !== State.waiting || evictions[r] !== 0 || service[r] !== 0;
