/**
 * Who is admitted next: one choice at a time, for every agent that can choose among a few.
 *
 * ## Description
 * Requests wait for a seat and memory. Whenever both are free the agent picks who is admitted, or nobody until something happens.
 * Whoever was picked is served until it ends; if memory runs out and it loses its blocks, it comes back first. γ, reserves
 * and chunks are a heuristic's.
 *
 * ## Action Space
 * `Discrete(4m + 1)` with a mask: a candidate's slot, or the last action: nobody. Candidates are the first m who wait by arrival,
 * by believed remaining length, by volume (remaining · memory) and by slack, nobody twice. Nobody is legal while someone runs.
 *
 * ## Observation Space
 * `Box((16 · 4m + 10,))`: 16 features of each candidate, empty slots 0; 10 of the engine (`features.ts`).
 * Never observed: true lengths and acceptance, arrivals to come.
 *
 * ## Rewards
 * −∫N dt in seconds since the last question: over a drained episode −ΣJCT. Picks that follow each other at one moment have
 * `elapsed` 0. Discount by `elapsed`, not by step.
 *
 * ## Starting State
 * The first arrival. `reset({ seed })` draws requests and luck; `options.workloadSeed` fixes the requests.
 *
 * ## Episode End
 * Terminated when everyone has left. Truncated only with `truncateAfterSeconds`: bootstrap from the last observation.
 *
 * ## Arguments
 * `each` (m), `longestS`; of every task: setting, trace, load, requests, engine, beliefs, base, reward, staleness, noise.
 *
 * ## Baselines
 * fcfs, sjf, volume, hrrn, ssjf: non-preemptive orders are what a pick can say.
 * Reachable gap: that of `chat-long`, by all decisions together (`servegym task list`).
 *
 * ## Version History
 * - v0: initial.
 */
import { number, whole } from '../parameters.js';
import { pickCodec } from './pick-codec.js';
import { task } from './task.js';

const parameters = {
  each: whole(8, 1, 64, 'candidates by each of the four orders'),
  longestS: number(1, 1e-6, 1e9, 'longest time between two questions while someone could be admitted, s'),
};

export const pick = task<Float32Array, number, Float32Array, typeof parameters>({
  id: 'Pick-v0',
  summary: 'who is admitted next, of at most 4m candidates, or nobody',
  question: 'Does a learner that only picks find the order that is best under a memory limit?',
  asked: 'when a seat and memory for somebody who waits are free; again after each pick',
  baselines: ['fcfs', 'sjf', 'volume', 'hrrn', 'ssjf'],
  defaults: { setting: 'chat-long', beliefs: 'noisy+posterior', base: 'fcfs', reward: '-jct' },
  parameters,
  codec: ({ base }, { each, longestS }) => pickCodec({ base, each, longest: longestS * 1e6 }),
});
