/** Whole engines as rules. A preset names the version of the engine it copies. */
import { checkRules, type Rules } from './rules.js';

/** vLLM V1 0.33.0; limits are those of its API server on an A100 (2,048 tokens, 256 sequences). */
const vllm: Rules = {
  name: 'vllm-v1@0.33',
  blockSize: 16,
  blocks: 8192,
  prefixCaching: true,
  unhashedFreed: 'front',
  hashAfterUpdate: 'drafts-or-async',
  hostBlocks: 0,
  onEviction: 'swap',
  transfers: 'overlapped',
  transferMicros: 10,
  outMicros: 85,
  backMicros: 85,
  maxModelLen: 8192,
  tokenBudget: 2048,
  maxBatch: 256,
  maxResident: 256,
  candidates: 'running-first',
  phases: 'as-ranked',
  chunkedPrefill: true,
  longPrefillThreshold: 0,
  thresholdAlone: false,
  admissionReserve: 'prompt',
  misfit: 'stop',
  maxPassed: 64,
  watermarkBlocks: 0,
  admitAfterEviction: false,
  displaces: 'nobody',
  unfit: 'reject',
  tie: 'id',
  victim: 'worst-rank',
  victimTie: 'first',
  ownShortage: 'evict-self',
  afterSelfEviction: 'go-on',
  late: 'serve',
  drafts: 0,
  maxDrafts: 16,
  proposer: 'ngram',
  proposers: ['ngram', 'draft-model', 'eagle'],
  asyncProposers: ['ngram', 'draft-model', 'eagle'],
  lookaheadAtAdmission: true,
  padOneToken: true,
  asyncDepth: 0,
};

/** What 0.19.1 does otherwise. */
const vllm019: Rules = {
  ...vllm,
  name: 'vllm-v1@0.19',
  thresholdAlone: true,
  afterSelfEviction: 'stop',
  unhashedFreed: 'end',
  hashAfterUpdate: 'async',
  padOneToken: false,
  lookaheadAtAdmission: false,
  asyncProposers: ['draft-model', 'eagle'],
};

/** The presets by name. */
export const presets = {
  'vllm-v1': vllm,
  /** One batch in flight while the next is planned: vLLM's default where it is supported. */
  'vllm-v1-async': { ...vllm, name: 'vllm-v1-async@0.33', asyncDepth: 1 },
  'vllm-v1@0.19': vllm019,
  'vllm-v1@0.14': { ...vllm019, name: 'vllm-v1@0.14', admissionReserve: 'chunk', proposers: ['ngram', 'eagle'] },
  /** vLLM V1's memory and limits, but everything by rank: seats bound the batch, blocks bound residents. No real engine: what schedulers from papers assume. */
  'vllm-v1+rank': {
    ...vllm,
    name: 'vllm-v1+rank@0.33',
    maxResident: Infinity,
    candidates: 'by-rank',
    phases: 'decodes-first',
    displaces: 'worse',
  },
  /** One request at a time, free preemption, memory without limit: the setting of queueing theory. Use it with a constant cost and prompts of one token. */
  serial: {
    ...vllm,
    name: 'serial',
    blocks: Infinity,
    prefixCaching: false,
    maxModelLen: 0x7fffffff,
    tokenBudget: 0x7fffffff,
    maxBatch: 1,
    maxResident: Infinity,
    candidates: 'by-rank',
    phases: 'as-ranked',
    displaces: 'nobody',
  },
} as const satisfies Record<string, Rules>;

export type PresetName = keyof typeof presets;

/**
 * A preset with some rules changed.
 * @throws Error if the name is unknown or the combination is not allowed
 */
export function preset(name: PresetName, changes: Partial<Rules> = {}): Rules {
  const base: Rules | undefined = presets[name];
  if (!base)
    throw new Error(`unknown engine preset ${JSON.stringify(name)}; there are ${Object.keys(presets).join(', ')}`);
  const rules: Rules = { ...base, ...changes };
  // A wider batch needs as many residents unless the caller says otherwise.
  const maxResident =
    changes.maxResident ??
    Math.max(base.maxResident === base.maxBatch ? rules.maxBatch : base.maxResident, rules.maxBatch);
  const maxDrafts = changes.maxDrafts ?? Math.max(rules.maxDrafts, rules.drafts);
  return checkRules({ ...rules, maxResident, maxDrafts }, `preset ${name}`);
}
