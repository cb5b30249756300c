/** The rules of a serving engine as data: where real engines differ, a field says how. */
import { z } from 'zod';
import { conflictsOf } from './conflicts.js';

/** Most drafts a verification can hold. */
export const MAX_DRAFTS = 64;

const PROPOSERS = ['ngram', 'draft-model', 'eagle'] as const;

/** Longer than any transfer: a day. */
const MOST_MICROS = 86_400e6;
const RESERVES = [
  'chunk',
  'prompt',
  'allocate-prompt',
  'declared',
  'predicted',
  'model-length',
  'ratio',
  'peak',
  'kv-use',
] as const;

const VICTIMS = ['last-running', 'worst-rank', 'latest-arrival', 'shortest-output', 'most-slack'] as const;

const count = z.int().min(1);
const unbounded = z.union([z.int().min(1), z.literal(Infinity)]);

/** Every field is documented where it stands; `presets.ts` has whole engines. */
export const rulesSchema = z.strictObject({
  /** The engine and version these rules copy. */
  name: z.string().min(1),

  // Memory
  /** Tokens per KV block. */
  blockSize: count.max(1 << 20),
  /** Usable KV blocks (vLLM's num_blocks − 1: one is the null block). Infinity: memory is no limit. */
  blocks: unbounded,
  /** Full blocks are kept under a hash of their tokens and all before them, and found again. */
  prefixCaching: z.boolean(),
  /** Where freed blocks without a hash join the free queue: before all cached ones, or behind them. */
  unhashedFreed: z.enum(['front', 'end']),
  /** Blocks completed by tokens that arrived are entered again after the update: with drafts or asynchronous scheduling | asynchronous only. */
  hashAfterUpdate: z.enum(['drafts-or-async', 'async']),
  /** Full blocks enter the cache when their computation is planned (vLLM); or a prompt's when the iteration that computed them ends, and generated ones when the request leaves (SGLang). */
  cacheEntry: z.enum(['planned', 'prefilled']),

  // Host memory
  /** Blocks of KV that the host can hold for those who lose theirs; 0 = none, what is lost is computed again. */
  hostBlocks: z.int().min(0).max(0x7fffffff),
  /** Whoever loses its blocks to others: is computed again, is copied to the host if there is room, or whichever takes less time alone. */
  onEviction: z.enum(['recompute', 'swap', 'cheaper']),
  /** Transfers run beside the computation, or a batch waits for all that began with it. */
  transfers: z.enum(['overlapped', 'blocking']),
  /** µs that a transfer takes whatever its size, and for each block to the host and back. */
  transferMicros: z.number().min(0).max(MOST_MICROS),
  outMicros: z.number().min(0).max(MOST_MICROS),
  backMicros: z.number().min(0).max(MOST_MICROS),

  // Limits
  /** Longest prompt + output, tokens. */
  maxModelLen: count.max(0x7fffffff),
  /** Tokens in an iteration. */
  tokenBudget: count.max(0x7fffffff),
  /** Sequences in an iteration. */
  maxBatch: count.max(65536),
  /** Sequences holding blocks; at least maxBatch. */
  maxResident: unbounded,

  // Forming a batch
  /** Running requests first, in order of admission, then waiting ones; or everyone by rank. */
  candidates: z.enum(['running-first', 'by-rank']),
  /** Who is given tokens first; as ranked: in the order of the running list. */
  phases: z.enum(['as-ranked', 'decodes-first', 'prefill-first']),
  /** Prompts and decodes share iterations; prompts have iterations of their own, in which decodes wait; or both take turns. Running first. */
  batching: z.enum(['mixed', 'prefill-alone', 'alternating']),
  /** Decodes are never refused by the token budget, though they count against it. */
  decodesBeyondBudget: z.boolean(),
  /** Running first: most prompts that are computed in part at any time. */
  maxPartial: unbounded,
  /** Prompts may be computed over several iterations. */
  chunkedPrefill: z.boolean(),
  /** Cap on the tokens of one request in an iteration; 0 = none. */
  longPrefillThreshold: z.int().min(0),
  /** The threshold also holds when only one request exists. */
  thresholdAlone: z.boolean(),

  // Admission
  /** Any time; or only into an engine in which nobody runs (request-level batches). Running first. */
  admits: z.enum(['any-time', 'when-empty']),
  /** What must fit before a request is admitted, and what of it is allocated or set aside: see `reservation.ts`. */
  admissionReserve: z.enum(RESERVES),
  /** predicted: believed output + so many of its standard deviations + so many tokens. */
  reserveSpreads: z.number().min(0),
  reservePadding: z.int().min(0),
  /** ratio: the share of declared output expected of those who run starts here, falls in so many decode iterations to the least, … */
  ratioStart: z.number().min(0).max(1),
  ratioLeast: z.number().min(0).max(1),
  ratioSteps: count,
  /** … is estimated anew when someone loses its blocks, looking so many iterations ahead; more declared tokens than this do not count. */
  ratioAhead: z.int().min(0),
  ratioClip: count,
  /** kv-use: requests are admitted while less than this share of the blocks is in use. */
  kvShare: z.number().min(0).max(1),
  /** Blocks set aside for one request and not used yet are lent to a waiting one that finds no others, if so many tokens besides stay. */
  lends: z.boolean(),
  lendBuffer: z.int().min(0),
  /** Lent blocks are taken back so many decode iterations before the lender needs them. */
  takeBackAhead: count,
  /** A waiting request that does not fit stops admission, or is passed over. */
  misfit: z.enum(['stop', 'skip']),
  /** Most requests passed over in an iteration. */
  maxPassed: z.int().min(1),
  /** A request that does not fit beside others closes admission until somebody who runs leaves or loses its blocks. Running first. */
  closesOnMisfit: z.boolean(),
  /** Blocks left free when a request is admitted beside others: so many and this share of all, rounded down. */
  watermarkBlocks: z.int().min(0),
  watermarkShare: z.number().min(0).max(0.99),
  /** They are left free also when nobody else is there. */
  watermarkAlone: z.boolean(),
  /** Running first: requests are admitted in an iteration in which one lost its blocks for another's growth. */
  admitAfterEviction: z.boolean(),
  /** By rank: whose blocks a better waiting request may take to be admitted: nobody's, those of paused, or of any worse one. After an iteration in which one did, nobody does until a token was generated. */
  displaces: z.enum(['nobody', 'paused', 'worse']),
  /** A request that can never fit is rejected, or waits for ever and blocks the queue. */
  unfit: z.enum(['reject', 'block']),
  /** Order of equal ranks: by id (arrival), or by the workload's `tie`. */
  tie: z.enum(['id', 'source']),

  // Eviction
  /** Who loses its blocks (an external ranking comes first: the lowest `keep`): see `victim.ts`. */
  victim: z.enum(VICTIMS),
  /** Among equals: the one that stands first or last in the running list. */
  victimTie: z.enum(['first', 'last']),
  /** By rank: a request that is itself the worst and finds no block loses its own, or stalls. */
  ownShortage: z.enum(['evict-self', 'stall']),
  /** After a request evicted itself the running list is served on, or the phase ends. */
  afterSelfEviction: z.enum(['go-on', 'stop']),
  /** A request past its deadline is served on, or aborted. */
  late: z.enum(['serve', 'abort']),

  // Speculation
  /** γ of the engine: drafts asked for after each sampling step unless the policy says otherwise. */
  drafts: z.int().min(0).max(MAX_DRAFTS),
  /** Largest γ a policy can ask for. */
  maxDrafts: z.int().min(0).max(MAX_DRAFTS),
  /** n-gram: no KV of its own · draft-model: γ more slots and one input token per scheduled request · eagle: γ more slots. */
  proposer: z.enum(PROPOSERS),
  /** The proposers that this version has, and those of them that work with asynchronous scheduling. */
  proposers: z.array(z.enum(PROPOSERS)),
  asyncProposers: z.array(z.enum(PROPOSERS)),
  /** The draft model's slots are reserved at admission and its input token is taken per scheduled request; or only while running, and maxBatch tokens are taken off the budget. */
  lookaheadAtAdmission: z.boolean(),
  /** A waiting request with one token left is admitted with 1 + γ tokens where the real engine pads it (where a threshold ≤ γ makes that fail an assertion in vLLM 0.33, it is admitted unpadded). */
  padOneToken: z.boolean(),

  // Time
  /** Batches in flight beside the one being planned: 0 synchronous, 1 asynchronous. */
  asyncDepth: z.union([z.literal(0), z.literal(1)]),
});

export type Rules = Readonly<z.infer<typeof rulesSchema>>;

/**
 * Checks rules and their combinations.
 * @throws Error with every field that is wrong, what was expected and what was found
 */
export function checkRules(rules: unknown, where = 'engine rules'): Rules {
  const parsed = rulesSchema.safeParse(rules);
  if (!parsed.success) {
    const told = parsed.error.issues.map((i) => `${i.path.join('.') || 'it'}: ${i.message}`);
    throw new Error(`${where}: ${told.join('; ')}`);
  }
  const broken = conflictsOf(parsed.data);
  if (broken.length) throw new Error(`${where}: ${broken.join('; ')}`);
  return parsed.data;
}
