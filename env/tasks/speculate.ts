/**
 * Drafts whose worth is unknown: order and γ of each request while its acceptance rate drifts (the problem of LAPS-SD, arXiv 2505.17074).
 *
 * ## Description
 * Requests differ in how many of their drafts are accepted, from nearly none to nearly all, and each drifts as it goes on. Only what was
 * proposed and accepted so far is seen. Who drafts well finishes sooner than its length says; drafts that are refused cost time of
 * everybody in the batch. A heuristic orders and sets γ; the agent adds to both.
 *
 * ## Action Space
 * `Dict(engine: Box(-1, 1, (1,)), requests: Sequence(Box(-1, 1, (2,)), stack))`: for each request that was shown a residual of log rank
 * and an offset of γ (3a drafts); for everyone an offset of γ (`heads.ts`). The zero action is the heuristic, to the byte.
 * With `slots` = K > 0: `Box(-1, 1, (2K + 1,))`, the same for the K oldest requests; the heuristic alone decides about the others.
 *
 * ## Observation Space
 * `Dict(engine: Box((10,)), requests: Sequence(Box((16,)), stack))`: a row for everyone who is here, oldest first (`features.ts`): the
 * acceptance rate seen so far, and on how many drafts, among them. With `slots` = K > 0: `Box((16K + 10,))`, empty slots 0.
 * Never observed: true lengths and acceptance, arrivals to come.
 *
 * ## Rewards
 * −∫N dt in seconds since the last question: over a drained episode −ΣJCT. Discount by `elapsed`, not by step.
 *
 * ## Starting State
 * The first arrival; nobody is served yet. `reset({ seed })` draws requests and luck; `options.workloadSeed` fixes the requests.
 *
 * ## Episode End
 * Terminated when everyone has left. Truncated only with `truncateAfterSeconds`: bootstrap from the last observation.
 *
 * ## Arguments
 * `slots`, `span`, `every`, `longestS`; of every task: setting, trace, load, requests, engine, beliefs, base, reward, staleness, noise.
 *
 * ## Baselines
 * laps-sd, srpt, and over an order: fixed-gamma(volume), gamma-by-load(volume), goodput-gamma(volume), threshold-gamma(volume); the base
 * itself, tuned with every knob.
 * Reachable gap: that of `wide-acceptance`, by all decisions together (`servegym task list`).
 *
 * ## Version History
 * - v0: initial.
 */
import type { Heads } from './heads.js';
import { residualCodec, residualParameters } from './residual-codec.js';
import type { SetAction, SetBatch, SetObservation } from './set-codec.js';
import { task } from './task.js';

const heads: Heads = { perRequest: ['rank', 'gamma'], forAll: ['gamma'] };

export const speculate = task<SetObservation, SetAction, SetBatch, typeof residualParameters>({
  id: 'Speculate-v0',
  summary: 'rank and γ of every request, whose acceptance rates are unknown and drift',
  question: 'What is it worth to learn who drafts well, and to act on it?',
  asked: 'when somebody comes, leaves or is short of memory, and once a second',
  baselines: [
    'laps-sd',
    'srpt',
    'fixed-gamma(volume)',
    'gamma-by-load(volume)',
    'goodput-gamma(volume)',
    'threshold-gamma(volume)',
  ],
  defaults: { setting: 'wide-acceptance', beliefs: 'noisy+posterior', base: 'tuned:volume', reward: '-jct' },
  heads,
  parameters: residualParameters,
  codec({ world, base }, values) {
    if (world.rules.maxDrafts === 0)
      throw new Error(`Speculate-v0 needs an engine that drafts, ${world.rules.name} has maxDrafts 0`);
    return residualCodec({ base, ...heads }, values);
  },
});
