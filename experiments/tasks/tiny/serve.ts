/**
 * One seat, two requests: who goes first, and with how many drafts. All drafts of the first one are accepted or none, of the other one none;
 * a draft costs time either way. The request whose answer is longer in the mean stands first.
 */
import { affineCost } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { ordersAnd } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const SLOTS = 2;
const NEUTRAL = [0];
/** Offsets of γ that ask for 0 … 2 drafts. */
const GAMMAS = [0, 1 / 3, 2 / 3];

export const tinyServe: TinyWorld<Float32Array> = {
  id: 'Serve-v0',
  summary: 'two requests on one seat, lengths and acceptance unknown: order, and γ for all',
  outcomes: outcomesOf('serve', [
    { prompt: 4, outputs: [6, 24], commits: [1, 3] },
    { prompt: 4, outputs: [4, 12] },
  ]),
  world: {
    rules: preset('vllm-v1+rank', {
      blockSize: 4,
      blocks: 16,
      maxModelLen: 64,
      maxBatch: 1,
      maxResident: 4,
      prefixCaching: false,
      maxDrafts: 2,
    }),
    cost: affineCost({ base: 80_000, perPrefillToken: 5_000, perDecodeToken: 20_000 }),
  },
  values: { slots: SLOTS, span: 20, longestS: 1000 },
  base: 'fcfs',
  reward: '-jct',
  actions: ordersAnd({
    slots: SLOTS,
    perRequest: [GAMMAS],
    forAll: [NEUTRAL, NEUTRAL, NEUTRAL, NEUTRAL],
  }),
  baselines: ['fcfs', 'sjf', 'srpt', 'fixed-gamma(srpt):gamma=2'],
};
