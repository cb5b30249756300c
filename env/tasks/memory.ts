/**
 * Whose KV stays: reservation, victim, swap or recompute.
 *
 * ## Description
 * An engine that goes by rank, with a host pool: a better request takes the blocks of a worse one, which are computed again later or
 * copied to the host and back. A heuristic orders; the agent says whose blocks are worth most, who gives them up now and how, and how
 * much room is left for growth.
 *
 * ## Action Space
 * `Dict(engine: Box(-1, 1, (2,)), requests: Sequence(Box(-1, 1, (2,)), stack))`: for each request that was shown keep (higher keeps its
 * blocks longer) and place (lost now, to the host now, as the heuristic, back from the host); for everyone reserve and headroom
 * (`heads.ts`). The zero action is the heuristic, to the byte.
 * With `slots` = K > 0: `Box(-1, 1, (2K + 2,))`, the same for the K oldest requests; the heuristic alone decides about the others.
 *
 * ## Observation Space
 * `Dict(engine: Box((10,)), requests: Sequence(Box((16,)), stack))`: a row for everyone who is here, oldest first (`features.ts`): KV held
 * and needed, state and evictions among them. With `slots` = K > 0: `Box((16K + 10,))`, empty slots 0.
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
 * fcfs, srpt, hysteresis(srpt), volume (the base), alise (which swaps ahead), cacheopt (which reserves by quantile).
 * Reachable gap: not measured, the engine is its own.
 *
 * ## Version History
 * - v0: initial.
 */
import type { Heads } from './heads.js';
import { residualCodec, residualParameters } from './residual-codec.js';
import type { SetAction, SetBatch, SetObservation } from './set-codec.js';
import { task } from './task.js';

const heads: Heads = { perRequest: ['keep', 'place'], forAll: ['reserve', 'headroom'] };

export const memory = task<SetObservation, SetAction, SetBatch, typeof residualParameters>({
  id: 'Memory-v0',
  summary: 'who keeps its KV, who loses it or has it swapped, and how much is set aside',
  question: 'When is it worth taking the blocks of one request for another, and is swapping them better?',
  asked: 'when somebody comes, leaves or is short of memory, and once a second',
  baselines: ['fcfs', 'srpt', 'hysteresis(srpt)', 'volume', 'alise', 'cacheopt'],
  defaults: {
    setting: 'chat-long',
    engine: 'vllm-v1+rank',
    rules: { hostBlocks: 2500, onEviction: 'cheaper' },
    beliefs: 'noisy+posterior',
    base: 'volume',
    reward: '-jct',
  },
  heads,
  parameters: residualParameters,
  codec({ world, base }, values) {
    const { candidates, name } = world.rules;
    if (candidates !== 'by-rank')
      throw new Error(`Memory-v0 needs an engine that goes by rank (vllm-v1+rank), ${name} is ${candidates}`);
    return residualCodec({ base, ...heads }, values);
  },
});
