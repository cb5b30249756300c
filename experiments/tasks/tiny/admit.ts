/**
 * Triage: three requests on one seat, promised an answer within 4 s, 6 s and 6 s, each with a short or a long answer; not all can be in
 * time. A token a second. Who is late can wait; who is worth trying depends on who turned out long.
 */
import { constantStep } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { ordersAnd } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const SLOTS = 3;
const NEUTRAL = [0];

export const tinyAdmit: TinyWorld<Float32Array> = {
  id: 'Admit-v0',
  summary: 'three promises, one seat, lengths unknown: whose promise is given up',
  outcomes: outcomesOf('admit', [
    { prompt: 1, outputs: [2, 6], slo: 0 },
    { prompt: 1, outputs: [2, 3], slo: 1 },
    { prompt: 1, outputs: [1, 4], slo: 1 },
  ]),
  world: {
    rules: preset('serial'),
    cost: constantStep(1e6),
    promises: [{ jct: 4e6 }, { jct: 6e6 }],
  },
  values: { slots: SLOTS, span: 20, longestS: 1000 },
  base: 'fcfs',
  reward: 'slo',
  // One seat and no drafts: holding somebody is putting it last.
  actions: ordersAnd({ slots: SLOTS, perRequest: [NEUTRAL, NEUTRAL], forAll: [NEUTRAL, NEUTRAL, NEUTRAL] }),
  baselines: ['fcfs', 'edf', 'sjf', 'edf-size'],
};
