/**
 * LAPS-SD's problem: two requests of 16 tokens come 0.6 s after one another to one seat; of each all drafts are accepted or none. Who is
 * served shows which by the next question, and a slow one can be put behind one that may be fast.
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

const request = { prompt: 4, outputs: [16], commits: [1, 3] };

export const tinySpeculate: TinyWorld<Float32Array> = {
  id: 'Speculate-v0',
  summary: 'two requests on one seat whose drafts are all accepted or none: order and γ',
  outcomes: outcomesOf('speculate', [
    { ...request, arrival: 0 },
    { ...request, arrival: 600_000 },
  ]),
  world: {
    rules: preset('vllm-v1+rank', {
      blockSize: 16,
      blocks: 16,
      maxModelLen: 64,
      maxBatch: 1,
      maxResident: 4,
      prefixCaching: false,
      drafts: 0,
      maxDrafts: 2,
    }),
    cost: affineCost({ base: 100_000, perDecodeToken: 10_000 }),
  },
  values: { slots: SLOTS, span: 20, longestS: 1000 },
  base: 'fcfs',
  reward: '-jct',
  actions: ordersAnd({ slots: SLOTS, perRequest: [GAMMAS], alike: true, forAll: [NEUTRAL] }),
  baselines: ['fcfs', 'fixed-gamma(fcfs):gamma=2', 'fixed-gamma(srpt):gamma=2'],
};
