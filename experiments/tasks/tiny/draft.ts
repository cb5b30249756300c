/**
 * Two requests come one after the other and share the batch; of each all drafts are accepted or none. A draft costs the same
 * whoever asks, and everybody in the batch waits for it: γ should follow what was accepted, and how many share the batch.
 */
import { affineCost } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { legal } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const request = { prompt: 4, outputs: [12], commits: [1, 3] };

export const tinyDraft: TinyWorld<number> = {
  id: 'Draft-v0',
  summary: 'two requests whose drafts are all accepted or none, one γ for the batch',
  outcomes: outcomesOf('draft', [
    { ...request, arrival: 0 },
    { ...request, arrival: 400_000 },
  ]),
  world: {
    rules: preset('vllm-v1', {
      blocks: 16,
      maxModelLen: 64,
      maxBatch: 4,
      prefixCaching: false,
      drafts: 0,
      maxDrafts: 2,
    }),
    cost: affineCost({ base: 50_000, perDecodeToken: 25_000 }),
  },
  values: { longestS: 1000 },
  base: 'fcfs',
  reward: '-jct',
  actions: legal,
  baselines: ['fcfs', 'fixed-gamma(fcfs):gamma=1', 'fixed-gamma(fcfs):gamma=2'],
};
