/** DQN learns its toys, with the values that they have. */
import { describe, expect, it } from 'vitest';
import { dqn } from '../../../agents/learners/dqn.js';
import { cartPoleV1 } from '../../../experiments/bench/cart-pole.js';
import { mlp } from '../../../predictors/net.js';
import { corridor, corridorValues, evaluate, oneHot } from './toys.js';

describe('DQN', () => {
  // It forgets, too: whoever wants the best of a training keeps it by validation.
  it.runIf(process.env.SERVEGYM_LONG)(
    'solves CartPole-v1 with eight seeds of ten',
    { timeout: 3_600_000 },
    async () => {
      const options = { steps: 120_000, rate: 1e-3, every: 4, copyEvery: 500, batch: 128, memory: 100_000 };
      const scores: number[] = [];
      for (let seed = 1; seed <= 10; seed++) {
        const agent = await dqn(cartPoleV1, { ...options, seed, hidden: [128], exploring: 0.16, epsilon: 0.04 });
        scores.push(evaluate(cartPoleV1, agent, 100));
      }
      expect(scores.filter((score) => score >= 475).length, `${scores}`).toBeGreaterThanOrEqual(8);
    },
  );

  it('finds the values of the corridor', async () => {
    const agent = await dqn(corridor, {
      ...{ seed: 1, steps: 8_000, memory: 2_000, start: 200, every: 2, copyEvery: 100, batch: 32 },
      ...{ rate: 2e-3, discount: 0.8, hidden: [16] },
    });
    expect(evaluate(corridor, agent, 20)).toBe(1);
    const net = mlp(agent.save());
    const worth = [1, 2, 3, 4].map((cell) => net.forward(oneHot(cell))[2]);
    corridorValues(0.8).forEach((value, k) => {
      expect(Math.abs(worth[k] - value)).toBeLessThan(0.05);
    });
  });
});
