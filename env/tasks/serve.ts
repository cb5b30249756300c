/**
 * One engine, its whole queue: what an agent adds to a good heuristic.
 *
 * ## Description
 * Requests arrive over time, share a paged KV pool and are served by continuous batching with chunked prefill and speculative
 * decoding. A heuristic orders them, sets γ, reserves memory. The agent adds to what it says; packing is the engine's.
 *
 * ## Action Space
 * `Dict(engine: Box(-1, 1, (4,)), requests: Sequence(Box(-1, 1, (2,)), stack))`: for each request that was shown a residual of
 * log rank (rank · e^(span · a): lower is served sooner) and an offset of γ (3a drafts); for everyone reserve, headroom, token
 * budget and cap on one request's tokens (`heads.ts`). The zero action is the heuristic, to the byte.
 * With `slots` = K > 0: `Box(-1, 1, (2K + 4,))`, the same for the K oldest requests; the heuristic alone decides about the others.
 *
 * ## Observation Space
 * `Dict(engine: Box((10,)), requests: Sequence(Box((16,)), stack))`: a row for everyone who is here, oldest first (`features.ts`).
 * With `slots` = K > 0: `Box((16K + 10,))`, empty slots 0. Never observed: true lengths and acceptance, arrivals to come.
 *
 * ## Rewards
 * −∫N dt in seconds since the last question: over a drained episode −ΣJCT. Others by name (`rewards/reward.ts`). Steps are uneven
 * in time: discount by `elapsed`, not by step.
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
 * fcfs, srpt, volume, mc-sf, laps-sd; the base itself, tuned with every knob.
 * Reachable gap: that of `chat-long`, by all decisions together (`servegym task list`).
 *
 * ## Version History
 * - v0: initial.
 */
import type { Heads } from './heads.js';
import { residualCodec, residualParameters } from './residual-codec.js';
import type { SetAction, SetBatch, SetObservation } from './set-codec.js';
import { task } from './task.js';

const heads: Heads = { perRequest: ['rank', 'gamma'], forAll: ['reserve', 'headroom', 'budget', 'chunk'] };

export const serve = task<SetObservation, SetAction, SetBatch, typeof residualParameters>({
  id: 'Serve-v0',
  summary: 'rank and γ of every request, and four knobs of the engine, on top of a heuristic',
  question: 'What can be added to the best tuned heuristic, and by which decision?',
  asked: 'when somebody comes, leaves or is short of memory, and once a second',
  baselines: ['fcfs', 'srpt', 'volume', 'mc-sf', 'laps-sd'],
  defaults: { setting: 'chat-long', beliefs: 'noisy+posterior', base: 'tuned:volume', reward: '-jct' },
  heads,
  parameters: residualParameters,
  codec: ({ base }, values) => residualCodec({ base, ...heads }, values),
});
