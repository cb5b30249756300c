/**
 * One server and three requests, two of 1 s or 5 s and one of 3 s or 5 s. Every two seconds the choice is between order of arrival and least
 * attained service first: the second finds short ones, and shares time out among long ones.
 */
import { constantStep } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { legal } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const heuristics = ['fcfs', 'las'];

export const tinySelect: TinyWorld<number> = {
  id: 'Select-v0',
  summary:
    'three requests of unknown length, one server: in order of arrival or least attained first, period by period',
  outcomes: outcomesOf('select', [
    { prompt: 1, outputs: [1, 5] },
    { prompt: 1, outputs: [1, 5] },
    { prompt: 1, outputs: [3, 5] },
  ]),
  world: { rules: preset('serial'), cost: constantStep(1e6) },
  values: { periodS: 2 },
  base: 'fcfs',
  heuristics,
  reward: '-jct',
  actions: legal,
  baselines: heuristics,
};
