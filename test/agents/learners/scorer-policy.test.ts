/** Policies with the scorer of slots: learned, saved, resumed; as index policies on queues of any length they do the same. */
import { describe, expect, it } from 'vitest';
import { indexAgent } from '../../../agents/index-agent.js';
import { indexPolicy, scorerWeights } from '../../../agents/index-policy.js';
import { agentOf, policyWeights } from '../../../agents/learners/agent.js';
import { plainKernels } from '../../../agents/learners/kernels.js';
import { initialise } from '../../../agents/learners/network.js';
import { type PpoOptions, ppo } from '../../../agents/learners/ppo.js';
import { reinforce } from '../../../agents/learners/reinforce.js';
import { trainedScorer } from '../../../agents/learners/scorer.js';
import { stream } from '../../../env/random.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../../../env/tasks/features.js';
import type { SetBatch } from '../../../env/tasks/set-codec.js';
import { resolveScheduler } from '../../../experiments/catalogue.js';
import type { Weights } from '../../../predictors/weights.js';
import { runSmall } from '../../contracts/small-world.js';
import { smallTask } from '../../env/tasks/small.js';
import { BEST, BLIND, shape, shop } from './shop.js';
import { evaluate } from './toys.js';

const network = { kind: 'scorer', slots: shape, hidden: 16 } as const;
const quick: PpoOptions = {
  ...{ seed: 1, steps: 4_000, envs: 8, rollout: 40, batch: 64, epochs: 4, rate: 5e-3, discount: 1 },
  ...{ initialLogSd: -1, privileged: true, exploration: 'held', network },
};
/** Within so much of the best order, of what lies between it and one that does not look. */
const LEARNED = 0.1;
/** Of a return over the test episodes. */
const regret = (value: number): number => (value - perfect) / (BLIND - BEST);
const perfect = evaluate(shop, { act: shortestFirst, save: () => ({ tensors: {}, settings: {} }) }, 100);

function shortestFirst(seen: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: shape.slots + 1 }, (_, k) => (k < shape.slots ? seen[k * shape.features] : 0));
}

describe('in a shop', () => {
  it('PPO finds that the shortest comes first', async () => {
    expect(Math.abs(perfect - BEST) / Math.abs(BEST)).toBeLessThan(0.06);
    const agent = await ppo(shop, quick);
    expect(regret(evaluate(shop, agent, 100))).toBeLessThan(LEARNED);
    expect(Object.keys(agent.save().tensors)).toEqual([
      ...['embed.kernel', 'embed.bias', 'shared.kernel', 'item.kernel', 'item.bias', 'context.kernel'],
      ...['score.kernel', 'score.bias', 'everyone/layer0.kernel', 'everyone/layer0.bias'],
      ...['everyone/layer1.kernel', 'everyone/layer1.bias', 'logSd'],
    ]);
    // what a privileged critic saw is no part of the policy
    expect(agent.save().tensors['shared.kernel'].shape).toEqual([shape.shared, 16]);
    expect(agent.save().tensors.logSd.shape).toEqual([2]);
    expect(evaluate(shop, agentOf(agent.save()), 5)).toBe(evaluate(shop, agent, 5));
  });

  it('REINFORCE does, too', async () => {
    const options = { seed: 1, steps: 6_000, groups: 8, rate: 0.02, initialLogSd: -1, network };
    expect(regret(evaluate(shop, await reinforce(shop, options), 100))).toBeLessThan(2 * LEARNED);
  });

  it('training goes on from a checkpoint as if nothing had been, draws included', async () => {
    const states: Weights[] = [];
    const checkpoint = (state: Weights): void => void states.push(state);
    // iterations end within episodes
    const options: PpoOptions = { ...quick, steps: 700, rollout: 23, checkpoint };
    const whole = await ppo(shop, options);
    const { length } = states;
    expect(length).toBe(4);
    const rest = await ppo(shop, { ...options, from: states[1] });
    expect(rest.save()).toEqual(whole.save());
    expect(states.slice(length)).toEqual(states.slice(2, length));
  });

  it('a policy begins by saying nothing', async () => {
    const agent = await ppo(shop, { ...quick, steps: 1, rate: 0 });
    const env = shop(1);
    for (let seed = 0; seed < 5; seed++) {
      const [seen] = env.reset({ seed });
      expect((agent.act(seen as Float32Array) as Float32Array).every((value) => value === 0)).toBe(true);
    }
    expect([...agent.save().tensors.logSd.values]).toEqual([-1, -1]);
  });
});

describe('on queues', () => {
  const heads = { perRequest: ['rank', 'gamma'], forAll: ['reserve', 'headroom', 'budget', 'chunk'] } as const;
  const slots = 40;

  /** Says something about everyone. */
  function someWeights(): Weights {
    const of = { slots, features: REQUEST_FEATURES, shared: ENGINE_FEATURES, heads: 2, forAll: 4 };
    const net = trainedScorer({ ...of, hidden: 8, activation: 'tanh', rows: 1, kernels: plainKernels() });
    initialise(net, stream(1, 'net'), 1);
    const bound = Array.from({ length: slots * of.heads + of.forAll }, () => 1);
    const form = { choice: 'box', low: bound.map((x) => -x), high: bound } as const;
    const spread = { name: 'logSd', shape: [6], values: new Float32Array(6) };
    return policyWeights([...net.parameters, spread], form, 'tanh');
  }

  it('an index policy does what the agent of slots does where everyone has one', () => {
    const weights = someWeights();
    const flat = agentOf(weights);
    const set = indexAgent(scorerWeights(weights), { name: 'scorer', ...heads });
    const options = { base: 'volume', requests: 40 };
    const inSlots = smallTask('Serve-v0', { ...options, slots });
    const asSet = smallTask('Serve-v0', options);
    const seen = inSlots.observationSpace.createBatch(1) as Float32Array;
    const shown = asSet.observationSpace.createBatch(1) as SetBatch;
    let [seenNow, shownNow]: unknown[] = [inSlots.reset({ seed: 1 })[0], asSet.reset({ seed: 1 })[0]];
    for (let over = false; !over; ) {
      inSlots.observationSpace.write(seen, 0, seenNow as never);
      asSet.observationSpace.write(shown, 0, shownNow as never);
      const [a, reward, ended, , info] = inSlots.step(flat.act(seen));
      const [b, reward2, ended2, , info2] = asSet.step(set.act(shown, null));
      expect([reward2, ended2, info2.now]).toEqual([reward, ended, info.now]);
      [seenNow, shownNow, over] = [a, b, ended];
      if (over) expect(info2.summary).toEqual(info.summary);
    }
  });

  it('PPO with a privileged critic and held draws goes through whole episodes', async () => {
    const admit = () => smallTask('Admit-v0', { slots: 8, requests: 12 });
    const of = { slots: 8, features: REQUEST_FEATURES, shared: ENGINE_FEATURES, heads: 3, forAll: 3 };
    let episodes = 0;
    const agent = await ppo(admit, {
      ...{ seed: 1, steps: 160, envs: 2, rollout: 80, privileged: true, exploration: 'held', average: true },
      network: { kind: 'scorer', slots: of, hidden: 4 },
      onProgress: (progress) => {
        episodes = progress.episodes;
      },
    });
    expect(episodes).toBeGreaterThan(1);
    expect(evaluate(admit, agent, 1)).toBe(evaluate(admit, agentOf(agent.save()), 1));
    expect(agent.act(new Float32Array(8 * REQUEST_FEATURES + ENGINE_FEATURES))).toHaveLength(8 * 3 + 3);
  });

  it('a scorer also chooses one of the slots, empty ones excepted', async () => {
    const queue = () => smallTask('Queue-v0', { slots: 6 });
    const of = { slots: 6, features: REQUEST_FEATURES, shared: ENGINE_FEATURES, heads: 1, forAll: 0 };
    const options = { seed: 1, steps: 200, envs: 2, rollout: 40, network: { kind: 'scorer', slots: of, hidden: 4 } };
    const agent = await ppo(queue, options as PpoOptions);
    expect(evaluate(queue, agent, 1)).toBe(evaluate(queue, agentOf(agent.save()), 1));
    expect(agent.save().settings.choice).toBe('discrete');
  });

  it('switched off, head by head, it is its base', () => {
    const base = resolveScheduler('srpt').make;
    const policy = (off: readonly string[]) =>
      indexPolicy(scorerWeights(someWeights()), { name: 'scorer', base, ...heads, span: 3, off });
    const finished = (scheduler: typeof base): readonly number[] => {
      const { requests } = runSmall({ engine: 'vllm-v1+rank', seed: 4, scheduler }).replica;
      return [...requests.lastToken];
    };
    expect(finished(policy([]))).not.toEqual(finished(base));
    expect(finished(policy(['rank']))).not.toEqual(finished(policy([])));
    expect(finished(policy([...heads.perRequest, ...heads.forAll]))).toEqual(finished(base));
  });

  it('weights for other heads are refused', () => {
    const base = resolveScheduler('srpt').make;
    const make = indexPolicy(scorerWeights(someWeights()), {
      name: 'x',
      base,
      ...heads,
      perRequest: ['rank'],
      span: 3,
    });
    expect(make).toThrow('the network has 16 + 10 inputs and 2 + 4 outputs, expected 16 + 10 and 1 + 4');
  });
});
