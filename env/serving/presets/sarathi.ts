/**
 * Sarathi-Serve (Agrawal et al., OSDI 2024) and the baselines in its repository: microsoft/sarathi-serve, branch main.
 *
 * Copied are schedulers and block managers. Not copied: dynamic chunk sizes, pipeline stages, and that a block must be free
 * for every decode even if its last one has room.
 */
import type { Rules } from '../rules.js';
import { vllm } from './vllm.js';

/** What all of them have: no prefix cache, no drafts, prompts allocated whole, 1 % of the blocks left free at admissions. */
const common: Rules = {
  ...vllm,
  prefixCaching: false,
  drafts: 0,
  maxDrafts: 0,
  proposers: [],
  asyncProposers: [],
  padOneToken: false,
  maxBatch: 128,
  maxResident: 128,
  admissionReserve: 'allocate-prompt',
  watermarkShare: 0.01,
  watermarkAlone: true,
  victim: 'latest-arrival',
};

/** Stall-free batches: all decodes, then chunks of prompts under way, then new ones, in 512 tokens. */
export const sarathi: Rules = {
  ...common,
  name: 'sarathi@main',
  tokenBudget: 512,
  phases: 'decodes-first',
  decodesBeyondBudget: true,
  admitAfterEviction: true,
};

/** vLLM before V1 (.2–.6, without chunked prefill): if a waiting prompt fits, prompts alone; else decodes alone. */
export const vllmV0: Rules = {
  ...common,
  name: 'vllm-v0@sarathi-serve',
  tokenBudget: vllm.maxModelLen,
  maxBatch: 256,
  maxResident: 256,
  chunkedPrefill: false,
  batching: 'prefill-alone',
  decodesBeyondBudget: true,
};

/** Orca (Yu et al., OSDI 2022): iterations of decodes and whole prompts; room for the longest answer is set aside, so nobody is evicted. */
export const orca: Rules = {
  ...common,
  name: 'orca@sarathi-serve',
  tokenBudget: 0x7fffffff,
  maxBatch: 16,
  maxResident: 16,
  chunkedPrefill: false,
  admissionReserve: 'model-length',
  watermarkShare: 0,
  watermarkAlone: false,
};

/** FasterTransformer: a batch of requests runs until its last one is done, then the next is admitted. Who is done leaves at once. */
export const fasterTransformer: Rules = {
  ...orca,
  name: 'faster-transformer@sarathi-serve',
  admits: 'when-empty',
};
