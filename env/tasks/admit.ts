/**
 * Whose promises are kept, when not all can be: two service classes beyond capacity.
 *
 * ## Description
 * Interactive requests were promised a first token within 2 s and a token every 60 ms, batch requests their answer within 40 s. More
 * arrives than can be served so. A heuristic orders by due date and size; the agent adds to what it says: who goes first, who waits
 * although there is room, who drafts. What is late already is worth nothing, and still in the way.
 *
 * ## Action Space
 * `Dict(engine: Box(-1, 1, (3,)), requests: Sequence(Box(-1, 1, (3,)), stack))`: for each request that was shown a residual of log rank,
 * hold (of who has less to spare than that share of its time, until what it was promised is due), and an offset of γ; for everyone the cap
 * on one request's tokens, the token budget and the reserve at admission (`heads.ts`). The zero action is the heuristic, to the byte.
 * With `slots` = K > 0: `Box(-1, 1, (3K + 3,))`, the same for the K oldest requests; the heuristic alone decides about the others.
 *
 * ## Observation Space
 * `Dict(engine: Box((10,)), requests: Sequence(Box((16,)), stack))`: a row for everyone who is here, oldest first (`features.ts`): class,
 * time to the next promise and slack among them. With `slots` = K > 0: `Box((16K + 10,))`, empty slots 0.
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
 * `slots`, `span`, `every`, `longestS`; of every task: setting, trace, load, requests, engine, beliefs, base, reward, staleness, noise.
 *
 * ## Baselines
 * fcfs, class-priority, edf, late-last, least-slack, edf-size; the base itself, tuned with every knob.
 * Reachable gap: that of `two-classes`, by all decisions together (`servegym task list`).
 *
 * ## Version History
 * - v0: initial.
 */
import type { Heads } from './heads.js';
import { residualCodec, residualParameters } from './residual-codec.js';
import type { SetAction, SetBatch, SetObservation } from './set-codec.js';
import { task } from './task.js';

const heads: Heads = { perRequest: ['rank', 'hold', 'gamma'], forAll: ['chunk', 'budget', 'reserve'] };

export const admit = task<SetObservation, SetAction, SetBatch, typeof residualParameters>({
  id: 'Admit-v0',
  summary: 'order, hold and γ of every request of two service classes beyond capacity',
  question: 'Whose promises should be given up, so that most are kept?',
  asked: 'when somebody comes, leaves or is short of memory, and once a second',
  baselines: ['fcfs', 'class-priority', 'edf', 'late-last', 'least-slack', 'edf-size'],
  defaults: { setting: 'two-classes', beliefs: 'noisy+posterior', base: 'tuned:edf-size', reward: 'slo' },
  heads,
  parameters: residualParameters,
  codec: ({ base }, values) => residualCodec({ base, ...heads }, values),
});
