/** An engine of few seats and twelve requests at once, whose beliefs are the declared lengths. */
import { affineCost } from '../../../env/serving/cost/affine.js';
import type { Setup } from '../../../env/serving/engine.js';
import { preset } from '../../../env/serving/presets.js';
import { chatSource } from '../../../env/workloads/chat.js';

export const tinySetup = (): Setup => ({
  workload: chatSource({ requests: 12, rate: 1000 }).sample(1),
  rules: preset('vllm-v1', { blocks: 1000, maxBatch: 5 }),
  cost: affineCost({ base: 10_000, perPrefillToken: 10 }),
});
