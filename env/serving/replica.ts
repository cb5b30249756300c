/** The state of one engine: its lists, its pool, its clock. Verbs on it live in the files named after them. */
import type { Seed } from '../random.js';
import type { Micros } from '../time.js';
import type { Acceptance } from '../workloads/acceptance.js';
import type { Workload } from '../workloads/workload.js';
import type { BeliefColumns, Predictor } from './beliefs.js';
import { type Borders, createBorders } from './borders.js';
import { type ColumnKind, column, type Ledger } from './columns.js';
import { type BatchShape, type CostModel, copyShape, createShape } from './cost/cost.js';
import { createIds, type IdList } from './ids.js';
import { type BatchDecision, Cause } from './policy.js';
import { createPrefixCache, type PrefixCache } from './prefix.js';
import type { Recorder } from './recorder.js';
import type { Hidden, RequestColumns } from './requests.js';
import type { Rules } from './rules.js';

/** A planned iteration. */
export interface Plan extends IdList {
  /** Its first entries are so many plain decodes: one token each, no drafts. */
  plain: number;
  tokens: Int32Array;
  /** Of these tokens, the drafts that are verified. */
  drafts: Int32Array;
  /** Drafts that only pad the batch and are always rejected. */
  padding: Uint8Array;
  /** 1 = its known tokens will all be computed, so it samples. */
  emits: Uint8Array;
  /** Evictions of the request when it was planned: later ones make its output stale. */
  evictions: Int32Array;
  readonly shape: BatchShape;
  length: Micros;
  /** Time the device needs for it (asynchronous engines). */
  device: Micros;
}

export interface Decision extends BatchDecision {
  /** Ids whose opinions changed although nothing happened to them. */
  readonly touched: IdList;
}

/** Running totals since the episode began. */
export interface Totals {
  iterations: number;
  /** Σ over iterations of sequences in the batch. */
  sequenceSteps: number;
  scheduledTokens: number;
  generatedTokens: number;
  evictions: number;
  /** Tokens computed a second time after evictions. */
  recomputedTokens: number;
  /** Prompt tokens found in the prefix cache at admissions. */
  hitTokens: number;
  pauses: number;
  /** Times a held request was served after all, until the next event, because nothing else could ever happen. */
  forced: number;
  turns: number;
  finished: number;
  aborted: number;
  rejected: number;
  /** ∫N dt in request-µs: N counts a request from its arrival until it leaves. */
  areaInSystem: number;
  /** µs in which an iteration was under way. */
  busy: number;
}

export interface Replica {
  readonly rules: Rules;
  readonly cost: CostModel;
  readonly seed: Seed;
  readonly ledger: Ledger;
  readonly requests: RequestColumns;
  readonly hidden: Hidden;
  readonly beliefs: BeliefColumns;
  readonly decision: Decision;
  workload: Workload;
  acceptance: Acceptance;
  readonly totals: Totals;
  readonly recorders: readonly Recorder[];
  readonly predictor: Predictor;
  /** For complaints. */
  readonly policyName: string;
  /** Order of equal ranks by workload row; null = by id. */
  tie: Float64Array | null;

  /** Some request may leave unserved. */
  exits: boolean;
  /** The earliest time at which someone here may do so. */
  nextExit: Micros;
  /** A heap by that time. */
  readonly leavers: IdList;

  now: Micros;
  readonly live: IdList;
  readonly changed: IdList;
  /** Room for the ids that the policy is told of, and for those about whom there is something to read. */
  readonly news: IdList;
  readonly told: IdList;
  readonly ended: IdList;
  /** Running-first: residents in order of admission. By rank: the chosen ones, best first. */
  readonly running: IdList;
  /** A heap by urgency: live, not running, not held. */
  readonly queue: IdList;
  readonly held: IdList;
  /** By rank only: everyone who has blocks. Running-first uses `running`. */
  readonly residents: IdList;
  /** Evicted since the last batch was packed, that packing included; admitted by it. */
  readonly evicted: IdList;
  /** How many of these before the batch was packed. */
  evictedBefore: number;
  readonly admitted: IdList;
  /** Queued requests passed over while a batch is packed. */
  readonly aside: IdList;
  /** Position of the packer in the running list: evictions before it move it. */
  cursor: number;
  /** Tokens the packer has left. */
  left: number;

  free: number;
  /** Blocks set aside for residents beyond what they hold. */
  reservedBlocks: number;
  /** By rank, while a batch is formed: blocks that those who run will take. */
  growing: number;
  readonly prefix: PrefixCache | null;

  /** The batch being formed; from then on the one under way, and after its end the last one. */
  plan: Plan;
  /** Asynchronous: the batch on the device while the next is planned; null = none. */
  flight: Plan | null;
  spare: Plan;
  /** Everyone who runs decodes one token an iteration: unless someone enters, the next batch is the running list. */
  steady: boolean;
  /** The running list changed since the plan was its image. */
  reshape: boolean;
  /** Everyone who runs was in the last batch: they moved since the last turn without being marked. */
  repeated: boolean;
  /** By rank: the ranks of running requests moved. */
  runningMoved: boolean;
  /** Head of the queue that could not be admitted when this many blocks were available; −1 = unknown. */
  blockedHead: number;
  blockedAvailable: number;
  /** The held request that is served all the same until something happens; −1 = none. */
  forced: number;
  /** The last iteration in which a waiting request took the blocks of a worse one, and all tokens generated by then. */
  displacedIteration: number;
  displacedTokens: number;
  /** No running request ends within fewer iterations, when the batch is steady; 0 = unknown. */
  untilEnd: number;
  /** `cost.linear.lead` of the steady batch. */
  lead: number;
  /** Times of the iterations of the last repeat. */
  readonly times: Int32Array;
  /** Room for the running requests that need a block. */
  readonly crossing: Int32Array;
  readonly borders: Borders;

  cause: number;
  wakeLeft: number;
  wakeAt: Micros;
  tokenBudget: number;
  headroom: number;
}

export function createPlan(room: number): Plan {
  return {
    ids: new Int32Array(room),
    n: 0,
    plain: 0,
    tokens: new Int32Array(room),
    drafts: new Int32Array(room),
    padding: new Uint8Array(room),
    emits: new Uint8Array(room),
    evictions: new Int32Array(room),
    shape: createShape(),
    length: 0,
    device: 0,
  };
}

/** Copies a plan into another of the same room. What has ended is only looked at: ids and tokens; one in flight is copied whole. */
export function copyPlan(from: Plan, to: Plan, whole: boolean): void {
  const { n } = from;
  to.n = n;
  to.plain = from.plain;
  to.length = from.length;
  to.device = from.device;
  copyShape(from.shape, to.shape);
  to.ids.set(from.ids.subarray(0, n));
  to.tokens.set(from.tokens.subarray(0, n));
  if (!whole) return;
  to.drafts.set(from.drafts.subarray(0, n));
  to.padding.set(from.padding.subarray(0, n));
  to.emits.set(from.emits.subarray(0, n));
  to.evictions.set(from.evictions.subarray(0, n));
}

function createDecision(ledger: Ledger): Decision {
  const touched = createIds();
  const of = <T extends Float64Array | Int32Array | Uint8Array>(kind: ColumnKind<T>): T => column(ledger, kind);
  return {
    rank: of(Float64Array),
    hold: of(Uint8Array),
    keep: of(Float64Array),
    draft: of(Uint8Array),
    chunk: of(Int32Array),
    reserve: of(Int32Array),
    place: of(Uint8Array),
    tokenBudget: 0,
    headroom: 0,
    wakeAt: Infinity,
    wakeIn: 1,
    touched,
    touch(r) {
      if (touched.n === touched.ids.length) touched.ids = grown(touched.ids);
      touched.ids[touched.n++] = r;
    },
  };
}

const grown = (ids: Int32Array): Int32Array => {
  const wider = new Int32Array(2 * ids.length);
  wider.set(ids);
  return wider;
};

export const createTotals = (): Totals => ({
  iterations: 0,
  sequenceSteps: 0,
  scheduledTokens: 0,
  generatedTokens: 0,
  evictions: 0,
  recomputedTokens: 0,
  hitTokens: 0,
  pauses: 0,
  forced: 0,
  turns: 0,
  finished: 0,
  aborted: 0,
  rejected: 0,
  areaInSystem: 0,
  busy: 0,
});

export function copyTotals(from: Totals, to: Totals): void {
  to.iterations = from.iterations;
  to.sequenceSteps = from.sequenceSteps;
  to.scheduledTokens = from.scheduledTokens;
  to.generatedTokens = from.generatedTokens;
  to.evictions = from.evictions;
  to.recomputedTokens = from.recomputedTokens;
  to.hitTokens = from.hitTokens;
  to.pauses = from.pauses;
  to.forced = from.forced;
  to.turns = from.turns;
  to.finished = from.finished;
  to.aborted = from.aborted;
  to.rejected = from.rejected;
  to.areaInSystem = from.areaInSystem;
  to.busy = from.busy;
}

/** Longest leap: iterations repeated in one go. */
const LONGEST_LEAP = 8192;

/** Some request of the workload may leave unserved. */
export const mayLeave = (rules: Rules, { abortAt, deadline }: Workload): boolean =>
  abortAt.some(Number.isFinite) || (rules.late === 'abort' && deadline.some(Number.isFinite));

/** Everything a replica shares with its episode. */
export interface Shared {
  readonly rules: Rules;
  readonly cost: CostModel;
  readonly seed: Seed;
  readonly ledger: Ledger;
  readonly requests: RequestColumns;
  readonly hidden: Hidden;
  readonly beliefs: BeliefColumns;
  readonly workload: Workload;
  readonly recorders: readonly Recorder[];
  readonly predictor: Predictor;
  readonly policyName: string;
}

export function createReplica(shared: Shared): Replica {
  const { rules, ledger, workload } = shared;
  const room = Math.max(1, Math.min(rules.maxBatch, ledger.capacity));
  // Every field is named here and once: a spread would give each replica a hidden class of its own, and all code that
  // reads them would slow down by four after a few episodes.
  return {
    rules,
    cost: shared.cost,
    seed: shared.seed,
    ledger,
    requests: shared.requests,
    hidden: shared.hidden,
    beliefs: shared.beliefs,
    workload,
    recorders: shared.recorders,
    predictor: shared.predictor,
    policyName: shared.policyName,
    decision: createDecision(ledger),
    acceptance: workload.acceptance,
    totals: createTotals(),
    tie: rules.tie === 'source' ? workload.tie : null,
    exits: mayLeave(rules, workload),
    nextExit: Infinity,
    leavers: createIds(),
    now: 0,
    live: createIds(),
    changed: createIds(),
    news: createIds(),
    told: createIds(),
    ended: createIds(),
    running: createIds(room),
    queue: createIds(),
    held: createIds(),
    residents: createIds(room),
    evicted: createIds(),
    evictedBefore: 0,
    admitted: createIds(),
    aside: createIds(),
    cursor: 0,
    left: 0,
    free: rules.blocks,
    reservedBlocks: 0,
    growing: 0,
    prefix: rules.prefixCaching ? createPrefixCache(rules.blocks, rules.blockSize, ledger, workload) : null,
    plan: createPlan(room),
    flight: null,
    spare: createPlan(rules.asyncDepth ? room : 1),
    steady: false,
    reshape: false,
    repeated: false,
    runningMoved: false,
    blockedHead: -1,
    blockedAvailable: 0,
    forced: -1,
    displacedIteration: -1,
    displacedTokens: -1,
    untilEnd: 0,
    lead: 0,
    times: new Int32Array(LONGEST_LEAP),
    crossing: new Int32Array(room + 4),
    borders: createBorders(rules.blockSize, room),
    cause: Cause.first,
    wakeLeft: 0,
    wakeAt: Infinity,
    tokenBudget: rules.tokenBudget,
    headroom: rules.watermarkBlocks,
  };
}
