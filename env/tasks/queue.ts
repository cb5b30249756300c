/**
 * One server, one queue: the task whose optimum is known in closed form.
 *
 * ## Description
 * M/G/1: Poisson arrivals, one request at a time, free preemption. With true lengths shortest remaining first is optimal; with
 * a distribution of lengths Gittins' index is. A learner that cannot find these finds nothing elsewhere.
 *
 * ## Action Space
 * `Discrete(K)` with a mask: the slot of the request that is served until the next question.
 *
 * ## Observation Space
 * `Box((16K + 10,))`: 16 features of each of the K oldest requests, empty slots 0; 10 of the engine (`features.ts`).
 * Never observed: true lengths unless the beliefs are the oracle's, arrivals to come.
 *
 * ## Rewards
 * −∫N dt in seconds since the last question: over a drained episode −ΣJCT. Discount by `elapsed`, not by step.
 *
 * ## Starting State
 * The first arrival. `reset({ seed })` draws requests; `options.workloadSeed` fixes them.
 *
 * ## Episode End
 * Terminated when everyone has left. Truncated only with `truncateAfterSeconds`: bootstrap from the last observation.
 *
 * ## Arguments
 * `slots` (K), `every`, `longestS`; of every task: setting, trace, load, requests, engine, beliefs, base, reward, staleness, noise.
 *
 * ## Baselines
 * fcfs, sjf, srpt (optimal with beliefs `oracle`), gittins (optimal with a distribution).
 * Reachable gap: known in closed form.
 *
 * ## Version History
 * - v0: initial.
 */
import { whole } from '../parameters.js';
import { askingOf, askingParameters } from './asking-parameters.js';
import { queueCodec } from './queue-codec.js';
import { task } from './task.js';

const parameters = {
  slots: whole(16, 1, 256, 'requests that are shown, the oldest'),
  ...askingParameters,
};

export const queue = task<Float32Array, number, Float32Array, typeof parameters>({
  id: 'Queue-v0',
  summary: 'who is served, by one server that can preempt freely',
  question: 'Does the learner find shortest remaining first, or Gittins’ index?',
  asked: 'when somebody comes or leaves, and once a second',
  baselines: ['fcfs', 'sjf', 'srpt', 'gittins'],
  defaults: { setting: 'single-server', beliefs: 'oracle', base: 'fcfs', reward: '-jct' },
  parameters,
  codec({ world }, { slots, ...asking }) {
    if (world.rules.maxBatch !== 1)
      throw new Error(`Queue-v0 needs an engine of one seat (serial), ${world.rules.name} has ${world.rules.maxBatch}`);
    const options = { slots, ...askingOf(asking) };
    return queueCodec(options);
  },
});
