/**
 * Three requests, a second after one another, and one server; each lasts 1 s or 6 s, equally likely, and nobody knows which.
 * Asked when somebody comes or ends: whoever is not done by then is a long one.
 *
 * By hand, with L the long time and mean 3.5 s of a new one: whoever comes goes first, since it is short with chance 1/2.
 * If A is short (1 s): B begins alone; if it is short, too, C takes 3.5 s: 5.5 s; else C goes before its rest of 5 s:
 * 1 + (3.5) + (6 + 3.5) = 14 s. If A is long: B short: 1 + 3.5 + (7 + 3.5) = 15 s; B long: 3.5 + (7 + 3.5) + (11 + 3.5) = 28.5 s.
 * The mean of these four is 15.75 s. In order of arrival it is 3.5 + (7 − 1) + (10.5 − 2) = 18 s; with lengths known shortest remaining
 * first gives 3, 8, 9, 18, 10, 19, 20, 33 s for the eight outcomes: 15 s.
 */
import { constantStep } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { legal } from './actions.js';
import { outcomesOf } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const outputs = [1, 6];

export const tinyQueue: TinyWorld<number> = {
  id: 'Queue-v0',
  summary: 'three requests of 1 s or 6 s, a second after one another, one server',
  outcomes: outcomesOf('queue', [
    { arrival: 0, prompt: 1, outputs },
    { arrival: 1e6, prompt: 1, outputs },
    { arrival: 2e6, prompt: 1, outputs },
  ]),
  world: { rules: preset('serial'), cost: constantStep(1e6) },
  values: { slots: 3, longestS: 1000 },
  base: 'fcfs',
  reward: '-jct',
  actions: legal,
  baselines: ['fcfs', 'sjf', 'srpt'],
};
