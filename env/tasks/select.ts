/**
 * Which heuristic has the say: one choice a period among schedulers that are known.
 *
 * ## Description
 * No order is best at all times: due dates are while most can be kept, short work first when they cannot. Each period the agent chooses
 * which of a few heuristics decides. Whoever takes over is shown everybody; the others are not asked meanwhile.
 *
 * ## Action Space
 * `Discrete(n)` with a mask (all are legal): the heuristic, in the order of `heuristics`. The first has the say until the first answer.
 *
 * ## Observation Space
 * `Box((20,))`: queue, batch, load and who is late (`queue-features.ts`).
 * Never observed: true lengths and acceptance, arrivals to come.
 *
 * ## Rewards
 * −1 for each request that breaks a promise, when it does, or leaves unserved: over a drained episode −(requests − promises kept).
 *
 * ## Starting State
 * The first arrival; nobody is served yet. `reset({ seed })` draws requests and luck; `options.workloadSeed` fixes the requests.
 *
 * ## Episode End
 * Terminated when everyone has left. Truncated only with `truncateAfterSeconds`: bootstrap from the last observation.
 *
 * ## Arguments
 * `periodS`; of every task: setting, trace, load, requests, engine, beliefs, base (its engine knobs hold), heuristics, reward, staleness, noise.
 *
 * ## Baselines
 * Each of the heuristics all the time: edf-size, edf, late-last, srpt, class-priority, fcfs.
 * Reachable gap: that of `two-classes`, by all decisions together (`servegym task list`).
 *
 * ## Version History
 * - v0: initial.
 */
import { number } from '../parameters.js';
import { fromSeconds } from '../time.js';
import { choiceCodec } from './choice-codec.js';
import { createSwitch, widestScope } from './switching.js';
import { task } from './task.js';

const parameters = {
  periodS: number(5, 0.001, 1e6, 'time between two choices, s'),
};

const heuristics = ['edf-size', 'edf', 'late-last', 'srpt', 'class-priority', 'fcfs'];

export const select = task<Float32Array, number, Float32Array, typeof parameters>({
  id: 'Select-v0',
  summary: 'which of a few heuristics has the say, period by period',
  question: 'Is a mixture of known orders over time better than the best of them?',
  asked: 'once a period of 5 s while somebody is here',
  baselines: heuristics,
  heuristics,
  defaults: { setting: 'two-classes', beliefs: 'noisy+posterior', base: 'tuned:edf-size', reward: 'slo' },
  parameters,
  codec({ heuristics: makers }, { periodS }) {
    if (makers.length < 2) throw new Error(`Select-v0: heuristics has ${makers.length}, expected at least 2`);
    const options = { every: 'period', longest: fromSeconds(periodS), count: makers.length, first: 0 } as const;
    const scope = widestScope(makers);
    return choiceCodec({ ...options, scope, start: (episode) => createSwitch(episode, makers) });
  },
});
