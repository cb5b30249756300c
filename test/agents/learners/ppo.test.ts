/** PPO learns its toys: bootstrapping, the mean reward, the stop of updates that went too far. */
import { describe, expect, it } from 'vitest';
import { dqn } from '../../../agents/learners/dqn.js';
import type { LearnProgress } from '../../../agents/learners/learner.js';
import { ppo } from '../../../agents/learners/ppo.js';
import { cartPoleV1 } from '../../../experiments/bench/cart-pole.js';
import type { Weights } from '../../../predictors/weights.js';
import { annuity, blind, corridor, evaluate, follow, oneHot, quick } from './toys.js';

describe('PPO', () => {
  it('learns to balance', async () => {
    const done: number[] = [];
    const agent = await ppo(cartPoleV1, {
      ...{ seed: 1, steps: 15_000, envs: 8, rollout: 32, batch: 64, epochs: 10, rate: 2e-3 },
      ...{ network: { kind: 'mlp', hidden: [32, 32] }, lambda: 0.8, discount: 0.98, anneal: true },
      onProgress: (progress) => void done.push(progress.done),
    });
    expect(done.at(-1)).toBe(15_104); // iterations are finished
    expect(evaluate(cartPoleV1, agent, 20)).toBeGreaterThan(300);
  });

  it.runIf(process.env.SERVEGYM_LONG)('solves CartPole-v1 with ten seeds of ten', { timeout: 3_600_000 }, async () => {
    const options = { steps: 100_000, envs: 8, rollout: 32, batch: 256, epochs: 20, rate: 1e-3 };
    const scores: number[] = [];
    for (let seed = 1; seed <= 10; seed++) {
      const agent = await ppo(cartPoleV1, { ...options, seed, lambda: 0.8, discount: 0.98, anneal: true });
      scores.push(evaluate(cartPoleV1, agent, 100));
    }
    expect(Math.min(...scores), String(scores)).toBeGreaterThanOrEqual(475);
  });

  it('goes right where that is allowed', async () => {
    const agent = await ppo(corridor, { ...quick, seed: 1, steps: 3_000, entropyCoefficient: 0.01 });
    expect(evaluate(corridor, agent, 20)).toBe(1);
    expect(() => agent.act(oneHot(1), Uint8Array.of(0, 0, 0))).toThrow('none of 3 actions is legal');
  });

  it('follows in a box', async () => {
    const agent = await ppo(follow, { ...quick, seed: 1, steps: 12_000, rate: 5e-3, anneal: true });
    expect(evaluate(follow, agent, 50)).toBeGreaterThan(-0.02); // doing nothing: −.21
  });

  it('bootstraps what was cut off, discounted by time', async () => {
    let state: Weights | undefined;
    await ppo(annuity, {
      ...{
        ...quick,
        network: { kind: 'mlp', hidden: [] },
        valueCoefficient: 1,
        rate: 0.03,
        seed: 1,
        steps: 20_000,
        discount: 0.25,
      },
      checkpoint: (each) => {
        state = each;
      },
    });
    // 1.5 now, and half of the same half a second later
    expect(state?.tensors['parameter/3'].values[0]).toBeCloseTo(3, 1);
  });

  it('takes off the mean reward a second', async () => {
    let last: LearnProgress | undefined;
    const onProgress = (progress: LearnProgress): void => {
      last = progress;
    };
    await ppo(annuity, { ...quick, seed: 1, steps: 1_000, average: true, onProgress });
    expect(last?.figures.rewardRate).toBeCloseTo(3, 10);
  });

  it('ends an update that went too far', async () => {
    const updates = async (targetKl: number | null): Promise<number> => {
      let powers = [1];
      const checkpoint = ({ tensors }: Weights): void => {
        powers = [...tensors.powers.values];
      };
      await ppo(cartPoleV1, { ...quick, rate: 0.01, seed: 1, steps: 1, targetKl, checkpoint });
      return Math.round(Math.log(powers[0]) / Math.log(0.9));
    };
    expect(await updates(null)).toBe(quick.epochs * 4);
    const stopped = await updates(0.01);
    expect(stopped).toBeGreaterThan(0);
    expect(stopped).toBeLessThan(quick.epochs * 4);
  });

  it('says what it cannot take', async () => {
    const options = { seed: 1, steps: 1 };
    await expect(ppo(blind, options)).rejects.toThrow(/^learners take observations that are a Box, not Discrete\(2\)/);
    await expect(ppo(cartPoleV1, { ...options, batch: 0 })).rejects.toThrow('PPO: batch is 0, expected a whole number');
    await expect(dqn(follow, options)).rejects.toThrow('DQN chooses from Discrete, not from a box');
  });
});
