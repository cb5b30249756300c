/** The rules of a serving engine as data: where real engines differ, a field says how. */
import { z } from 'zod';

/** Most drafts a verification can hold. */
export const MAX_DRAFTS = 64;

const PROPOSERS = ['ngram', 'draft-model', 'eagle'] as const;

/** Longer than any transfer: a day. */
const MOST_MICROS = 86_400e6;

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
  /** By rank: who is given tokens first. */
  phases: z.enum(['as-ranked', 'decodes-first', 'prefill-first']),
  /** Prompts may be computed over several iterations. */
  chunkedPrefill: z.boolean(),
  /** Cap on the tokens of one request in an iteration; 0 = none. */
  longPrefillThreshold: z.int().min(0),
  /** The threshold also holds when only one request exists. */
  thresholdAlone: z.boolean(),

  // Admission
  /** What must fit before a request is admitted: its first chunk, everything known of it, or that and its declared output. */
  admissionReserve: z.enum(['chunk', 'prompt', 'declared']),
  /** A waiting request that does not fit stops admission, or is passed over. */
  misfit: z.enum(['stop', 'skip']),
  /** Most requests passed over in an iteration. */
  maxPassed: z.int().min(1),
  /** Blocks left free when a request is admitted beside others. */
  watermarkBlocks: z.int().min(0),
  /** Running first: requests are admitted in an iteration in which one lost its blocks for another's growth. */
  admitAfterEviction: z.boolean(),
  /** By rank: whose blocks a better waiting request may take to be admitted: nobody's, those of paused, or of any worse one. After an iteration in which one did, nobody does until a token was generated. */
  displaces: z.enum(['nobody', 'paused', 'worse']),
  /** A request that can never fit is rejected, or waits for ever and blocks the queue. */
  unfit: z.enum(['reject', 'block']),
  /** Order of equal ranks: by id (arrival), or by the workload's `tie`. */
  tie: z.enum(['id', 'source']),

  // Eviction
  /** Who loses its blocks (the lowest `keep` first, then): last of the running list, or worst rank. */
  victim: z.enum(['last-running', 'worst-rank']),
  /** Among equal ranks: the one that stands first or last in the running list. */
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

/** Blocks of a prefix cache are rows of arrays; so many hold 268 million tokens. */
const MOST_CACHED = 1 << 24;

/** Tokens that a draft model takes off the budget of a lone request. */
const draftInput = (r: Rules): number =>
  r.proposer === 'draft-model' && r.drafts > 0 ? (r.lookaheadAtAdmission ? 1 : r.maxBatch) : 0;

/** Most tokens of a prompt that must go into one iteration when it is not chunked freely. */
const longestPiece = (r: Rules): number =>
  r.longPrefillThreshold > 0 && r.thresholdAlone ? Math.min(r.longPrefillThreshold, r.maxModelLen) : r.maxModelLen;

/** Combinations that no real engine has. */
const CONFLICTS: readonly (readonly [string, (r: Rules) => boolean])[] = [
  ['maxResident must be at least maxBatch', (r) => r.maxResident < r.maxBatch],
  ['drafts must be at most maxDrafts', (r) => r.drafts > r.maxDrafts],
  [`prefixCaching needs at most ${MOST_CACHED} blocks`, (r) => r.prefixCaching && r.blocks > MOST_CACHED],
  ['watermarkBlocks must be below blocks', (r) => r.watermarkBlocks >= r.blocks],
  ['asyncDepth 1 has no hostBlocks (vLLM V1 computes again)', (r) => r.asyncDepth > 0 && r.hostBlocks > 0],
  [
    'asyncDepth 1 needs candidates: running-first (no engine plans ahead by rank)',
    (r) => r.asyncDepth > 0 && r.candidates === 'by-rank',
  ],
  [
    'candidates: running-first cannot have maxResident above maxBatch',
    (r) => r.candidates === 'running-first' && r.maxResident > r.maxBatch,
  ],
  [
    'without chunkedPrefill tokenBudget must hold the longest prompt',
    (r) => !r.chunkedPrefill && r.unfit === 'reject' && r.tokenBudget - draftInput(r) < longestPiece(r),
  ],
  ['this version has no such proposer', (r) => r.drafts > 0 && !r.proposers.includes(r.proposer)],
  [
    'this version refuses drafts of this proposer with asynchronous scheduling',
    (r) => r.drafts > 0 && r.asyncDepth > 0 && !r.asyncProposers.includes(r.proposer),
  ],
  ['tokenBudget must be at least maxDrafts + 2', (r) => r.tokenBudget < r.maxDrafts + 2],
  [
    'without lookaheadAtAdmission a draft model takes maxBatch tokens off the budget: tokenBudget must be above maxBatch',
    (r) => r.proposer === 'draft-model' && !r.lookaheadAtAdmission && r.drafts > 0 && r.tokenBudget <= r.maxBatch,
  ],
];

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
  const broken = CONFLICTS.filter(([, test]) => test(parsed.data)).map(([sentence]) => sentence);
  if (broken.length) throw new Error(`${where}: ${broken.join('; ')}`);
  return parsed.data;
}
