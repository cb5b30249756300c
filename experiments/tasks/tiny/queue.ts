/**
 * Three requests at once and one server; each lasts 1 s or 6 s, equally likely, and nobody knows which. Asked every second.
 *
 * By hand: to serve each for a second and see who ends costs 1 + 2 + 3 s for the short ones, half of them: 3 s. The k long ones
 * then end at 8, 13, 18 s: 8 s with k = 1, 21 s with 2, 39 s with 3, which have chances of 3, 3 and 1 in 8: 15.75 s. Together
 * 18.75 s. In order of arrival it is 3.5 · (1 + 2 + 3) = 21 s; with lengths known (6 + 3 · 11 + 3 · 21 + 36)/8 = 17.25 s.
 */
import { constantStep } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { legal } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const request = { prompt: 1, outputs: [1, 6] };

export const tinyQueue: TinyWorld<number> = {
  id: 'Queue-v0',
  summary: 'three requests of 1 s or 6 s each, one server that is asked every second',
  outcomes: outcomesOf('queue', [request, request, request]),
  world: { rules: preset('serial'), cost: constantStep(1e6) },
  values: { slots: 3, every: 'iteration' },
  base: 'fcfs',
  reward: '-jct',
  actions: legal,
  baselines: ['fcfs', 'sjf', 'srpt', 'las'],
};
