/** The state of one engine: its lists, its pool, its clock. Verbs on it live in the files named after them. */
import type { Seed } from '../random.js';
import type { Micros } from '../time.js';
import type { Acceptance } from '../workloads/acceptance/acceptance.js';
import type { Workload } from '../workloads/workload.js';
import type { BeliefColumns, Predictor } from './beliefs.js';
import { type Borders, createBorders } from './borders.js';
import type { Ledger } from './columns.js';
import type { Coming } from './coming.js';
import type { CostModel } from './cost/cost.js';
import { createDecision, type Decision } from './decision.js';
import { createIds, type IdList } from './ids.js';
import { createPlan, type Plan } from './plan.js';
import { Cause, NO_CAP, type Scheduler } from './policy.js';
import { createPrefixCache, type PrefixCache } from './prefix.js';
import type { Recorder } from './recorder.js';
import type { Hidden, RequestColumns } from './requests.js';
import type { Rules } from './rules.js';
import { createSwap, type Swap } from './swap.js';
import { createTotals, type Totals } from './totals.js';
import { watermarkOf } from './watermark.js';

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
  /** Followers under way, of the whole episode. */
  readonly coming: Coming;
  /** For complaints. */
  readonly policyName: string;
  /** Writes what the policy has left out of who runs; null: nothing. */
  readonly writeLate: NonNullable<Scheduler['writeLate']> | null;
  /** Order of equal ranks by workload row; null = by id. */
  tie: Float64Array | null;
  /** The lengths of those who live were drawn anew: the workload does not tell them. */
  resampled: boolean;

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
  /** Blocks set aside for residents beyond what they hold, less those of them that are lent: so many free ones are not for everybody. */
  reservedBlocks: number;
  /** Loans of blocks set aside: who lends, to whom, how many. */
  readonly lenders: IdList;
  readonly borrowers: IdList;
  readonly lent: IdList;
  /** Blocks left free at admissions unless the policy says otherwise. */
  readonly watermark: number;
  /** A misfit closed admission. */
  closed: boolean;
  /** The new-token ratio when it was last set, and the decode iterations since. */
  ratioFrom: number;
  ratioAge: number;
  /** The last batch was one of prompts, where batches are of one kind. */
  promptsLast: boolean;
  /** While a batch is formed: KV tokens pledged to those in it. */
  pledged: number;
  /** By rank, while a batch is formed: blocks that those who run will take. */
  growing: number;
  readonly prefix: PrefixCache | null;
  /** null = no pool on the host. */
  readonly swap: Swap | null;
  /** Full blocks enter the prefix cache as their computation is planned. */
  readonly entersPlanned: boolean;

  /** The batch being formed; from then on the one under way, and after its end the last one. */
  plan: Plan;
  /** Asynchronous: the batch on the device while the next is planned; null = none. */
  flight: Plan | null;
  spare: Plan;
  /** Everyone who runs decodes one token an iteration: unless someone enters, the next batch is the running list. */
  steady: boolean;
  /** Synchronous: everyone who runs decodes, with drafts or without. */
  decoding: boolean;
  /** The ranks of who runs have been read since the last turn. */
  ranksRead: boolean;
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
  /** Evictions since the last token was generated, and all tokens generated by then. */
  futileEvictions: number;
  futileTokens: number;
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
  /** See `BatchDecision`. */
  chunkCap: number;
  growth: number;
  /** µs that predictions about new requests, and decisions, took since the last batch was packed: the next one waits for them. */
  owed: Micros;
}

/** Longest leap: iterations repeated in one go. */
const LONGEST_LEAP = 8192;

/** Some request of the workload may leave unserved. */
export const mayLeave = (rules: Rules, { abortAt, deadline }: Workload): boolean =>
  anyFinite(abortAt) || (rules.late === 'abort' && anyFinite(deadline));

/** A loop, since `some` would cost as much as a tenth of a short episode. */
function anyFinite(times: Float64Array): boolean {
  for (let k = 0; k < times.length; k++) if (times[k] < Infinity) return true;
  return false;
}

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
  readonly coming: Coming;
  readonly policyName: string;
  readonly writeLate: NonNullable<Scheduler['writeLate']> | null;
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
    coming: shared.coming,
    policyName: shared.policyName,
    writeLate: shared.writeLate,
    decision: createDecision(ledger),
    acceptance: workload.acceptance,
    totals: createTotals(),
    tie: rules.tie === 'source' ? workload.tie : null,
    resampled: false,
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
    lenders: createIds(4),
    borrowers: createIds(4),
    lent: createIds(4),
    watermark: watermarkOf(rules),
    closed: false,
    ratioFrom: rules.ratioStart,
    ratioAge: 0,
    promptsLast: false,
    pledged: 0,
    growing: 0,
    prefix: rules.prefixCaching ? createPrefixCache(rules.blocks, rules.blockSize, ledger, workload) : null,
    swap: rules.hostBlocks > 0 ? createSwap(rules.hostBlocks) : null,
    entersPlanned: rules.prefixCaching && rules.cacheEntry === 'planned',
    plan: createPlan(room),
    flight: null,
    spare: createPlan(rules.asyncDepth ? room : 1),
    steady: false,
    decoding: false,
    ranksRead: false,
    reshape: false,
    repeated: false,
    runningMoved: false,
    blockedHead: -1,
    blockedAvailable: 0,
    forced: -1,
    displacedIteration: -1,
    displacedTokens: -1,
    futileEvictions: 0,
    futileTokens: -1,
    untilEnd: 0,
    lead: 0,
    times: new Int32Array(LONGEST_LEAP),
    crossing: new Int32Array(room + 4),
    borders: createBorders(rules.blockSize, room),
    cause: Cause.first,
    wakeLeft: 0,
    wakeAt: Infinity,
    tokenBudget: rules.tokenBudget,
    headroom: watermarkOf(rules),
    chunkCap: NO_CAP,
    growth: 0,
    owed: 0,
  };
}
