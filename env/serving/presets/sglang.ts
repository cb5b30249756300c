/**
 * SGLang, state of 2025–2026 (`schedule_policy.py`, `scheduler.py`, `schedule_batch.py`), defaults of a GPU of the H100 class.
 *
 * Prompts first, in iterations of their own; admission by a share of what everyone declares that falls with time; the
 * victim is who has generated least. `batching: mixed` with `phases: decodes-first` is its `--enable-mixed-chunk`.
 * Not copied: the overlap of scheduling and device (results are seen at once), priorities, orders that know the cache
 * (those are schedulers). Drafts go by vLLM's rules. A retracted request keeps its place by rank, where SGLang's fcfs puts
 * it last. A misfit closes admission until someone leaves; SGLang notices that one decode iteration later.
 */
import type { Rules } from '../rules.js';
import { vllm } from './vllm.js';

export const sglang: Rules = {
  ...vllm,
  name: 'sglang@2026',
  blockSize: 1,
  blocks: 131_072,
  cacheEntry: 'prefilled',
  tokenBudget: 8192,
  maxBatch: 2048,
  maxResident: 2048,
  batching: 'prefill-alone',
  decodesBeyondBudget: true,
  maxPartial: 1,
  admissionReserve: 'ratio',
  closesOnMisfit: true,
  victim: 'shortest-output',
  victimTie: 'last',
  asyncProposers: [],
  padOneToken: false,
};
