/** Cloned choices: the policy does what the expert does, and knows how often it would have. */
import { describe, expect, it } from 'vitest';
import { type CloneOptions, clone } from '../../../agents/learners/clone.js';
import type { LearnProgress } from '../../../agents/learners/learner.js';
import type { Env } from '../../../env/gym/env.js';
import { openTask } from '../../../env/tasks/task.js';
import { resolveScheduler } from '../../../experiments/catalogue.js';
import { advised } from '../../../experiments/play/advised.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import type { Weights } from '../../../predictors/weights.js';
import { corridor, follow, oneHot } from './toys.js';

/** In the corridor: right, but from the cell before the middle back to the left. */
const oddWalk = (observation: ArrayLike<number>): number => (observation[2] === 1 ? 0 : 2);
const walk: CloneOptions = { seed: 1, steps: 1024, rollout: 128, batch: 32, expertOf: () => oddWalk };

describe('a clone', () => {
  it('does what the expert does', async () => {
    const agent = await clone(corridor, walk);
    for (const cell of [1, 2, 3, 4]) {
      const mask = Uint8Array.of(1, cell === 3 ? 1 : 0, 1);
      expect(agent.act(oneHot(cell), mask)).toBe(cell === 2 ? 0 : 2);
    }
  });

  it('of numbers comes near to those of the expert', async () => {
    const expertOf = () => (seen: ArrayLike<number>) => [0.5 * seen[0]];
    const agent = await clone(follow, { ...walk, steps: 4096, rate: 5e-3, expertOf });
    for (const seen of [-0.6, 0, 0.4]) {
      const [said] = agent.act(Float32Array.of(seen, 0.5)) as Float32Array;
      expect(said).toBeCloseTo(0.5 * seen, 1);
    }
  });

  it('taken up again comes to the same bytes', async () => {
    const states: Weights[] = [];
    const whole = await clone(corridor, { ...walk, checkpoint: (state) => states.push(state) });
    const again = await clone(corridor, { ...walk, from: states[3] });
    expect(again.save()).toEqual(whole.save());
    expect((await clone(corridor, { ...walk, seed: 2 })).save()).not.toEqual(whole.save());
  });

  it('ends when it is told to', async () => {
    let iterations = 0;
    await clone(corridor, { ...walk, between: async () => ++iterations < 2 });
    expect(iterations).toBe(2);
    expect(() => clone(corridor, { ...walk, rollout: 0 })).toThrow('cloning: rollout is 0');
  });
});

describe('in Pick-v0', () => {
  it('learns whom a scheduler would admit', async () => {
    const { task, world, values, open } = resolveTask('Pick-v0', { setting: 'chat-long', requests: 60, load: 1.3 });
    const watching = advised(task, resolveScheduler('sjf').make);
    const makeEnv = (): Env => openTask(watching.task, world, { ...values, each: 2 }, open) as Env;
    const shares: number[] = [];
    await clone(makeEnv, {
      seed: 1,
      steps: process.env.SERVEGYM_LONG ? 16_384 : 1024,
      rollout: 256,
      epochs: 8,
      rate: 3e-3,
      network: { kind: 'scorer', slots: { slots: 8, features: 16, shared: 10, heads: 1, forAll: 1 }, hidden: 32 },
      expertOf: () => (_seen, mask) => watching.advise(mask),
      onProgress: ({ figures }: LearnProgress) => shares.push(figures.agreement),
    });
    expect(shares[0]).toBeLessThan(0.5);
    expect(shares[shares.length - 1]).toBeGreaterThan(process.env.SERVEGYM_LONG ? 0.95 : 0.8);
  });
});
