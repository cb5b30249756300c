/** REINFORCE learns its toy. */
import { describe, expect, it } from 'vitest';
import { reinforce } from '../../../agents/learners/reinforce.js';
import { cartPoleV1 } from '../../../experiments/bench/cart-pole.js';
import { evaluate } from './toys.js';

describe('REINFORCE', () => {
  it('learns to balance', async () => {
    const agent = await reinforce(cartPoleV1, { seed: 1, steps: 30_000 });
    expect(evaluate(cartPoleV1, agent, 20)).toBeGreaterThan(300);
  });
});
