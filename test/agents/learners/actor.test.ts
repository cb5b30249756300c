/** How policies begin. */
import { describe, expect, it } from 'vitest';
import { createActor, type FirstPolicy } from '../../../agents/learners/actor.js';
import type { Architecture } from '../../../agents/learners/architecture.js';
import type { ChoiceForm } from '../../../agents/learners/choice.js';
import { simdKernels } from '../../../agents/learners/simd.js';
import { stream } from '../../../env/random.js';

const discrete: ChoiceForm = { choice: 'discrete', sizes: [5], starts: [0] };
const box: ChoiceForm = { choice: 'box', low: [-1, -1], high: [1, 1] };
/** Three slots with one number each, and nobody: two actions of everyone. */
const scorer: Architecture = {
  kind: 'scorer',
  slots: { slots: 3, features: 1, shared: 0, heads: 1, forAll: 2 },
  hidden: 4,
};
const perceptron: Architecture = { kind: 'mlp', hidden: [4] };
const make = (form: ChoiceForm, first: FirstPolicy = {}, network: Architecture = perceptron) =>
  createActor({
    ...{ network, size: 3, form, activation: 'tanh', rows: 1, kernels: simdKernels() },
    ...{ first: { firstGain: 0, ...first }, random: stream(1, 'actor') },
  });

/** Probabilities of all actions, whatever is seen. */
function probabilities(first?: FirstPolicy, network: Architecture = perceptron): number[] {
  const actor = make(discrete, first, network);
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
    const all = probabilities({ neutral: 3 });
    for (const [action, probability] of all.entries())
      expect(probability).toBeCloseTo((action === 3 ? Math.E ** 2 : 1) / (Math.E ** 2 + 4), 6);
    const agent = make(discrete, { neutral: 3, firstGain: 0.01 }).agent();
    expect(agent.act([0.3, -2, 1])).toBe(3);
  });

  it.each([
    ['perceptron', perceptron, 2],
    ['scorer', scorer, 3],
  ])('begins with the idle action of a %s e⁻⁴ times as likely as any other', (_, network, idle) => {
    for (const [action, probability] of probabilities({ idle }, network).entries())
      expect(probability).toBeCloseTo((action === idle ? Math.E ** -4 : 1) / (Math.E ** -4 + 4), 6);
  });

  it.each([
    [discrete, { neutral: 5 }, perceptron],
    [box, { neutral: 0 }, perceptron],
    [discrete, { idle: 2 }, scorer],
    [discrete, { idle: 5 }, scorer],
  ])('refuses an action that there is not, or that is a request: %#', (form, first, network) => {
    const [[name, action]] = Object.entries(first);
    expect(() => make(form, first, network)).toThrow(`${name} is ${action}: expected an action of a Discrete`);
  });
});
