/**
 * One seat, three requests: who goes first and with how many drafts. All drafts are accepted or none, which the first
 * answer shows; a draft costs time either way. The large request stands first.
 */
import { affineCost } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { ordersAnd } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const [SLOTS, NEUTRAL] = [3, [0]];

export const tinyServe: TinyWorld<Float32Array> = {
  id: 'Serve-v0',
  summary: 'three requests on one seat, lengths and acceptance unknown: order, and γ for all',
  outcomes: outcomesOf('serve', [
    { prompt: 4, outputs: [8, 16], commits: [1, 4] },
    { prompt: 4, outputs: [4, 8], commits: [4] },
    { prompt: 4, outputs: [2, 6], commits: [1] },
  ]),
  world: {
    rules: preset('vllm-v1+rank', { blockSize: 4, blocks: 16, maxModelLen: 64, maxBatch: 1, maxResident: 4, prefixCaching: false, maxDrafts: 3 }),
    cost: affineCost({ base: 80_000, perPrefillToken: 5_000, perDecodeToken: 20_000 }),
  },
  values: { slots: SLOTS, span: 20 },
  base: 'fcfs',
  reward: '-jct',
  actions: ordersAnd({ slots: SLOTS, perRequest: [[0, 1 / 3, 2 / 3, 1]], forAll: [NEUTRAL, NEUTRAL, NEUTRAL, NEUTRAL] }),
  baselines: ['fcfs', 'sjf', 'srpt', 'fixed-gamma(srpt):gamma=3'],
};
