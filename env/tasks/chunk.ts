/**
 * Tokens of an iteration: first tokens soon, or tokens at an even pace.
 *
 * ## Description
 * An iteration computes pieces of prompts beside the decodes. Large pieces bring first tokens sooner and keep the GPU busy, and everybody
 * who decodes waits for them; small ones do the opposite, and read the weights more often. Each request was promised a first token
 * within `ttftS` and, in the mean over its answer, a token every `tpotMs`: its time between tokens. A heuristic orders.
 *
 * ## Action Space
 * `Discrete(budgets)` with a mask (all are legal): the token budget until the next question, in even ratios from `least` tokens to the
 * engine's budget; the last is the engine's.
 *
 * ## Observation Space
 * `Box((20,))`: queue, prompts under way and waiting, batch, who is late (`queue-features.ts`).
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
 * `budgets`, `least`, `ttftS`, `tpotMs`, `every`, `longestS`; of every task: setting, trace, load, requests, engine, beliefs, base, reward,
 * staleness, noise.
 *
 * ## Baselines
 * fcfs, sarathi-chunk and fair-batching, which choose the budget too; edf, edf-size, srpt, volume
 * (the base).
 * Reachable gap: not measured, load and promises are its own.
 *
 * ## Version History
 * - v0: initial.
 */
import { number, whole } from '../parameters.js';
import { fromMillis, fromSeconds } from '../time.js';
import { askingOf, askingParameters } from './asking-parameters.js';
import { choiceCodec } from './choice-codec.js';
import { createOpinions } from './opinions.js';
import { relay } from './relay.js';
import { task } from './task.js';

const parameters = {
  budgets: whole(6, 2, 64, 'token budgets to choose among'),
  least: whole(128, 16, 1e6, 'the smallest of them, tokens'),
  ttftS: number(4, 0.001, 1e6, 'promised time to first token, s'),
  tpotMs: number(25, 0.001, 1e6, 'promised mean time between tokens, ms'),
  ...askingParameters,
};

export const chunk = task<Float32Array, number, Float32Array, typeof parameters>({
  id: 'Chunk-v0',
  summary: 'token budget of an iteration under TTFT and TPOT targets',
  question: 'How large may pieces of prompts be, as prompts wait and answers are under way?',
  asked: 'when somebody comes, leaves or is short of memory, and once a second',
  baselines: ['fcfs', 'sarathi-chunk', 'fair-batching', 'edf', 'edf-size', 'srpt', 'volume'],
  defaults: { setting: 'chat-long', load: 0.85, beliefs: 'noisy+posterior', base: 'volume', reward: 'slo' },
  parameters,
  promises: ({ ttftS, tpotMs }) => [{ ttft: fromSeconds(ttftS), tpot: fromMillis(tpotMs) }],
  codec({ world, base }, { budgets, least, ttftS: _ttft, tpotMs: _tpot, ...asking }) {
    const most = world.rules.tokenBudget;
    if (least >= most) throw new Error(`Chunk-v0: least is ${least}, expected less than the engine's ${most} tokens`);
    const tokens = Array.from({ length: budgets }, (_, k) => Math.round(least * (most / least) ** (k / (budgets - 1))));
    const options = { ...askingOf(asking), count: budgets, first: budgets - 1, scope: base().scope ?? 'changed' };
    return choiceCodec({
      ...options,
      start(episode) {
        const opinions = createOpinions(episode, base);
        return {
          decide(view, choice, _changed, out) {
            opinions.ask(view, out);
            relay(opinions, view, out, false);
            out.tokenBudget = Math.min(out.tokenBudget, tokens[choice]);
          },
        };
      },
    });
  },
});
