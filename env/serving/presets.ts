/** Whole engines as rules. A preset names the version of the engine it copies. */

import { fasterTransformer, orca, sarathi, vllmV0 } from './presets/sarathi.js';
import { sglang } from './presets/sglang.js';
import { vllm, vllm019 } from './presets/vllm.js';
import { checkRules, type Rules } from './rules.js';

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
  sglang,
  sarathi,
  orca,
  'faster-transformer': fasterTransformer,
  'vllm-v0': vllmV0,
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
