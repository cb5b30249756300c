/** PPO in worlds whose optimum is known: within 2 % of the best that anybody can do who sees observations only. */
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../agents/learners/agent.js';
import { type PpoOptions, ppo } from '../../../agents/learners/ppo.js';
import { tinyIds, tinyTask } from '../../../experiments/tasks/tiny/catalogue.js';
import type { TinyTask } from '../../../experiments/tasks/tiny/tiny.js';

/** Returns count to the end: nothing is discounted. */
const options: Omit<PpoOptions, 'seed' | 'steps'> = {
  ...{ envs: 8, rollout: 64, batch: 128, epochs: 6, rate: 3e-3, anneal: true, discount: 1 },
  ...{ network: { kind: 'mlp', hidden: [32] }, entropyCoefficient: 0.01 },
};

/** Expected return over all that can come. */
const returnOf = ({ outcomes, open }: TinyTask, agent: Agent): number =>
  outcomes.reduce((sum, { probability, hidden }) => {
    const env = open(hidden);
    let [observation] = env.reset({ seed: 0 });
    for (let whole = 0; ; ) {
      const action = agent.act(observation, env.actionMasks?.() ?? null);
      const [next, reward, terminated] = env.step(
        ArrayBuffer.isView(action) ? (action as Float32Array).slice() : action,
      );
      whole += reward;
      observation = next;
      if (terminated) return sum + probability * whole;
    }
  }, 0);

async function gapOf(id: string, seed: number, given: Partial<PpoOptions>): Promise<number> {
  const tiny = tinyTask(id);
  const agent = await ppo((own) => tiny.sample(own), { ...options, seed, steps: 40_000, ...given });
  const { nonClairvoyant } = tiny.optimum;
  return (nonClairvoyant - returnOf(tiny, agent)) / Math.abs(nonClairvoyant);
}

describe('PPO in tiny worlds', () => {
  it.each([
    ['Queue-v0', 6_000],
    ['Pick-v0', 8_000],
  ])('finds the optimum of %s', async (id, steps) => {
    const gap = await gapOf(id, 1, { steps, rate: 5e-3 });
    expect(gap).toBeLessThan(0.02);
    expect(gap).toBeGreaterThan(-1e-9); // nobody is above it
  });

  it.runIf(process.env.SERVEGYM_LONG).each(tinyIds)('comes within 2 % of %s', { timeout: 600_000 }, async (id) => {
    for (const seed of [1, 2, 3]) expect(await gapOf(id, seed, {})).toBeLessThan(0.02);
  });
});
