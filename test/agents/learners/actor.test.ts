/** How policies begin. */
import { describe, expect, it } from 'vitest';
import { createActor } from '../../../agents/learners/actor.js';
import type { ChoiceForm } from '../../../agents/learners/choice.js';
import { simdKernels } from '../../../agents/learners/simd.js';
import { stream } from '../../../env/random.js';

const discrete: ChoiceForm = { choice: 'discrete', sizes: [5], starts: [0] };
const box: ChoiceForm = { choice: 'box', low: [-1, -1], high: [1, 1] };
const make = (form: ChoiceForm, neutral?: number, firstGain = 0) =>
  createActor({
    ...{ network: { kind: 'mlp', hidden: [4] }, size: 3, form, activation: 'tanh', rows: 1, kernels: simdKernels() },
    ...{ first: { firstGain, ...(neutral !== undefined && { neutral }) }, random: stream(1, 'actor') },
  });

/** Probabilities of all actions, whatever is seen. */
function probabilities(neutral?: number): number[] {
  const actor = make(discrete, neutral);
  actor.input.set([0.3, -2, 1]);
  actor.forward(1);
  const logProb = new Float64Array(1);
  return Array.from({ length: 5 }, (_, action) => {
    actor.judge(1, null, Float64Array.of(action), logProb, new Float64Array(1));
    return Math.exp(logProb[0]);
  });
}

describe('a policy', () => {
  it('begins with all actions alike', () => {
    for (const probability of probabilities()) expect(probability).toBeCloseTo(0.2, 6);
  });

  it('begins with the neutral action e² times as likely as any other', () => {
    const all = probabilities(3);
    for (const [action, probability] of all.entries())
      expect(probability).toBeCloseTo((action === 3 ? Math.E ** 2 : 1) / (Math.E ** 2 + 4), 6);
    const agent = make(discrete, 3, 0.01).agent();
    expect(agent.act([0.3, -2, 1])).toBe(3);
  });

  it.each([
    [discrete, 5],
    [box, 0],
  ])('refuses a neutral action that there is not', (form, neutral) => {
    expect(() => make(form, neutral)).toThrow(`neutral is ${neutral}: expected an action of a Discrete`);
  });
});
