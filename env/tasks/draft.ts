/**
 * How many drafts a verification holds: one γ for the whole batch, by load.
 *
 * ## Description
 * Drafts are nearly free while few requests run: an iteration waits for memory, not for arithmetic. In a full batch every refused draft
 * costs everybody time. Load goes up and down; the agent sets γ for everyone, a heuristic the order.
 *
 * ## Action Space
 * `Discrete(γmax + 1)` with a mask (all are legal): γ of everyone until the next question. γmax is the most that the engine grants.
 *
 * ## Observation Space
 * `Box((20,))`: queue, batch, load and acceptance rate lately (`queue-features.ts`).
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
 * `every`, `longestS`; of every task: setting, trace, load, requests, engine, beliefs, base, reward, staleness, noise.
 *
 * ## Baselines
 * Over one order: fixed-gamma(srpt), gamma-by-load(srpt), goodput-gamma(srpt), threshold-gamma(srpt), which sets γ for each request.
 * Reachable gap: that of `chat-long`, by all decisions together (`servegym task list`); γ is one of them.
 *
 * ## Version History
 * - v0: initial.
 */
import type { BatchDecision, RequestId } from '../serving/policy.js';
import { askingOf, askingParameters } from './asking-parameters.js';
import { choiceCodec } from './choice-codec.js';
import { createOpinions } from './opinions.js';
import { relay } from './relay.js';
import { task } from './task.js';

export const draft = task<Float32Array, number, Float32Array, typeof askingParameters>({
  id: 'Draft-v0',
  summary: 'γ of the whole batch',
  question: 'How should the draft length follow the load?',
  asked: 'when somebody comes, leaves or is short of memory, and once a second',
  baselines: ['fixed-gamma(srpt)', 'gamma-by-load(srpt)', 'goodput-gamma(srpt)', 'threshold-gamma(srpt)'],
  defaults: { setting: 'chat-long', beliefs: 'noisy+posterior', base: 'tuned:volume', reward: '-jct' },
  parameters: askingParameters,
  codec({ world, base }, values) {
    const { maxDrafts, drafts, name } = world.rules;
    if (maxDrafts === 0) throw new Error(`Draft-v0 needs an engine that drafts, ${name} has maxDrafts 0`);
    const options = { ...askingOf(values), count: maxDrafts + 1, first: drafts, scope: base().scope ?? 'changed' };
    return choiceCodec({
      ...options,
      start(episode) {
        const opinions = createOpinions(episode, base);
        let gamma = drafts; // of this turn
        const write = (r: RequestId, out: BatchDecision): void => {
          opinions.give(r, out);
          out.draft[r] = gamma;
        };
        return {
          decide(view, choice, changed, out) {
            gamma = choice;
            opinions.ask(view, out);
            relay(opinions, view, out, changed, write);
          },
        };
      },
    });
  },
});
