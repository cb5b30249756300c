/**
 * Two seats and memory for either one request with a large prompt (1 s or 4 s) or two small ones (1 s or 3 s each); the
 * large one stands first. A token a second.
 *
 * By hand, with a, b, c the times of large and small ones: large first is a + (a + b) + (a + c), 11.5 s in the mean; the small ones
 * together first is b + c + max(b, c) + a, 9 s in the mean. With lengths known the better of both: if a = 1 it is a first
 * unless b = c = 1: 3 s instead of 4 s besides b + c = 4 s in the mean; 8.625 s in all.
 */
import { constantStep } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { legal } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const small = { prompt: 5, outputs: [1, 3] };

export const tinyPick: TinyWorld<number> = {
  id: 'Pick-v0',
  summary: 'one request that fills the memory or two that share it, lengths unknown',
  outcomes: outcomesOf('pick', [{ prompt: 10, outputs: [1, 4] }, small, small]),
  world: {
    rules: preset('vllm-v1', { blockSize: 1, blocks: 14, maxModelLen: 14, maxBatch: 2, prefixCaching: false }),
    cost: constantStep(1e6),
  },
  values: { each: 1, longestS: 1000 },
  base: 'fcfs',
  reward: '-jct',
  actions: legal,
  baselines: ['fcfs', 'sjf', 'volume'],
};
