/**
 * One request decodes, with a short answer (chance 2/3) or a long one, when another comes with a long prompt. 16 tokens or 256 an iteration.
 *
 * By hand: the whole prompt at once makes the decode wait for 200 ms. Over the 7 gaps of a short answer that breaks its TPOT of 30 ms, over
 * the 39 of a long one it does not: −2/3. In pieces of 15 tokens, until the decode ends and the rest goes at once, the first
 * token comes in time; beside a long answer the pieces go on, 13 of 25 ms each: TTFT of 300 ms is broken: −1/3. Known: 0.
 */
import { affineCost } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { legal } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

export const tinyChunk: TinyWorld<number> = {
  id: 'Chunk-v0',
  summary: 'a decode waits or a long prompt does: token budget under TTFT and TPOT targets, length unknown',
  outcomes: outcomesOf('chunk', [
    { prompt: 16, outputs: [8, 8, 40] },
    { arrival: 50_000, prompt: 192, outputs: [2] },
  ]),
  world: {
    rules: preset('vllm-v1', { blocks: 64, maxModelLen: 512, maxBatch: 4, prefixCaching: false, tokenBudget: 256 }),
    cost: affineCost({ base: 10_000, perPrefillToken: 1_000 }),
  },
  values: { budgets: 2, least: 16, ttftS: 0.3, tpotMs: 30, longestS: 1000 },
  base: 'fcfs',
  reward: 'slo',
  actions: legal,
  baselines: ['fcfs', 'edf'],
};
