/** THE SEAM: what a scheduler sees, what it may say, and the function between them. */
import type { Seed, Stream } from '../random.js';
import type { Micros } from '../time.js';
import type { Beliefs } from './beliefs.js';
import type { Column, ColumnKind } from './columns.js';
import type { BatchShape, CostModel } from './cost/cost.js';
import type { Requests } from './requests.js';
import type { Rules } from './rules.js';
import type { Slo } from './slo.js';

/** Row of a request in every column. Only a row: luck and pairing go by `key`. */
export type RequestId = number;

/** A borrowed list: entries 0 … n − 1 of `ids`, valid until the policy returns. */
export interface Ids {
  readonly ids: Column;
  readonly n: number;
}

/** The last iteration: who took part with how many tokens, and how long it lasted. */
export interface Batch extends Ids {
  readonly tokens: Column;
  /** All of them together. */
  readonly shape: Pick<BatchShape, 'tokens'>;
  readonly length: Micros;
}

/** The KV pool. Cached blocks that nobody uses count as free. */
export interface Pool {
  readonly free: number;
  readonly total: number;
  /** Tokens per block. */
  readonly blockSize: number;
  /** Blocks of the host's pool, and those that hold no copy. */
  readonly hostBlocks: number;
  readonly hostFree: number;
}

/** Why a policy is asked: bits of `ReplicaView.cause`. 0: its iterations are over. */
export const Cause = { arrival: 1, finish: 2, shortage: 4, timer: 8, belief: 16, swap: 32, first: 64 } as const;

/**
 * Where a policy wants a request's KV, in engines that go by rank. keep: it loses its blocks last. out: it goes to the host and stays
 * there until the policy says otherwise (without a host pool: as drop). drop: it is lost. in: it comes back from the host as soon as blocks are free,
 * before its turn. auto: by the engine's rules.
 */
export const Place = { auto: 0, keep: 1, out: 2, drop: 3, in: 4 } as const;

export interface ReplicaView {
  readonly now: Micros;
  /** Bits of `Cause`. */
  readonly cause: number;
  /** Waiting or resident, in no order (ids are in order of arrival). */
  readonly live: Ids;
  /** Of these, the ones whose columns or beliefs moved; all of `live` on a first turn. */
  readonly changed: Ids;
  /** Left since the last turn: finished, aborted, rejected. */
  readonly ended: Ids;
  /** The engine's running list in its order (some of it may have had no tokens in the last batch). */
  readonly running: Ids;
  readonly batch: Batch;
  /** Drafts verified so far, of everyone. */
  readonly verified: number;
  readonly requests: Requests;
  readonly beliefs: Beliefs;
  readonly pool: Pool;
  /** Tokens that a prefix hit would give this waiting request now. */
  prefixHit(r: RequestId): number;
  /** A number for r's first `tokens` tokens, in whole blocks and as far as they are known: requests that agree so far have the same one. 0: it is not here. */
  prefixKey(r: RequestId, tokens: number): number;
}

/** As `chunk` and `chunkCap`: no cap on a request's tokens in an iteration. */
export const NO_CAP = 0x7fffffff;

/** Columns by RequestId persist: write only where you have a new opinion. Scalars are refilled every turn. */
export interface BatchDecision {
  /** Service order, lowest first, ties by id; starts as order of arrival. */
  readonly rank: Float64Array;
  /** 1 = no tokens now; keeps its blocks. */
  readonly hold: Uint8Array;
  /** Eviction order: higher keeps its blocks longer; starts at 0; ties lose the worst rank first. */
  readonly keep: Float64Array;
  /** γ asked of the proposer after this iteration (the batch verifies what is held); starts as the engine's. */
  readonly draft: Uint8Array;
  /** Cap on its tokens in an iteration (at least 1: to stop it, hold it); starts as no cap. */
  readonly chunk: Int32Array;
  /** KV tokens to set aside when it is admitted; −1 = by the engine's rule. */
  readonly reserve: Int32Array;
  /** One of `Place`. */
  readonly place: Uint8Array;
  /** Tokens in this iteration: the chunked-prefill knob. At most the engine's budget. */
  tokenBudget: number;
  /** Blocks to leave free when admitting beside others. */
  headroom: number;
  /** Cap on anybody's tokens in an iteration, beside `chunk`; refilled with no cap. */
  chunkCap: number;
  /** Share of the believed rest of an answer that is set aside at admission, where `reserve` says nothing; refilled with 0: by the engine's rule. */
  growth: number;
  /** Ask again at this time … */
  wakeAt: Micros;
  /** … or after so many iterations; refilled from `policy.wakeIn`. */
  wakeIn: number;
  /** Time that this decision takes on the engine's CPU: the next iteration is so much longer. At least 0. */
  took: Micros;
  /** I wrote r although it did not change. Of `chunk` and `reserve`, which are read when somebody is packed or admitted, it is enough to name one. */
  touch(r: RequestId): void;
}

/** A request that is imagined to come, with what is believed of it. */
export interface ImaginedRequest {
  readonly arrival: Micros;
  readonly promptTokens: number;
  readonly declared: number;
  /** Mean and standard deviation of the output length, tokens. */
  readonly length: number;
  readonly lengthSpread: number;
  /** Accepted / proposed drafts. */
  readonly acceptance: number;
  readonly priority: number;
  readonly tenant: number;
  readonly slo: number;
}

/** A possible course of the episode from the open turn on. */
export interface Prospect {
  /** Names the draw of everything hidden. */
  readonly seed: Seed;
  /** Who comes, in order of arrival, nobody before now; at most 256. */
  readonly arrivals: readonly ImaginedRequest[];
}

/** What a prospect came to when everybody had left, or at the end of the episode. */
export interface Aftermath {
  /** ∫N dt from the open turn on, request-µs; Infinity: somebody could never leave. */
  readonly inSystem: number;
  /** Of those here or to come, who broke a promise. */
  readonly missed: number;
}

/** What a policy may know of an episode as a whole. Its memory comes from here: zeroed, counted, forked with the state. */
export interface Episode {
  readonly rules: Rules;
  /** What the policy believes an iteration costs. */
  readonly cost: CostModel;
  readonly seed: Seed;
  /** Quantile levels of the beliefs, in the order of `beliefs.quantiles`. */
  readonly levels: readonly number[];
  /** What was promised, by service class; classes beyond the last are promised nothing. A deadline of its own takes the place of all that. */
  readonly promises: readonly Slo[];
  readonly requests: Requests;
  readonly beliefs: Beliefs;
  /** One value per request. */
  column<T extends Float64Array | Int32Array | Uint8Array>(kind: ColumnKind<T>): T;
  /** An array of its own. */
  cells<T extends Float64Array | Int32Array | Uint8Array>(kind: ColumnKind<T>, length: number): T;
  /** A random stream of its own. */
  stream(name: string): Stream;
  /** Of who runs the engine asks for ranks and reserves only when it reads them: see `Policy.writeLate`. */
  readonly asksLate: boolean;
  /**
   * Plays a prospect to its end: a fork of this engine, this policy and its memory included, whose hidden rest is drawn from beliefs.
   * Nothing of it stays. Absent in prospects themselves, and where requests are handed to the engine by somebody else.
   */
  imagine?(prospect: Prospect): Aftermath;
}

export interface Policy<View, Decision> {
  readonly name: string;
  /** 'all': my opinions about everyone may move every turn; default 'changed'. */
  readonly scope?: 'changed' | 'all';
  /** Iterations until I must be asked again; default 1; Infinity = on events only. */
  readonly wakeIn?: number;
  /** Once an episode: its sizes, engine card and believed cost model. */
  reset?(episode: Episode): void;
  /** Reads view, writes out, allocates nothing. */
  decide(view: View, out: Decision): void;
  /**
   * Engines that serve who runs before all others read ranks and reserves of who runs only when blocks run out: then somebody
   * loses its blocks, in some of them by rank, and waits again. Where `episode.asksLate` says so, a policy with this function
   * need not write these two of who runs in `decide`: it writes them here, as it last decided.
   */
  readonly writeLate?: (running: Ids, out: Decision) => void;
}

export type Scheduler = Policy<ReplicaView, BatchDecision>;

/** First come, first served: no opinion at all. A decision arrives pre-filled, so this is the empty function. */
export const fcfs = (): Scheduler => ({ name: 'fcfs', wakeIn: Infinity, decide() {} });
