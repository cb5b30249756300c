/** Draws that are held, and probabilities of actions that are made of slots. */
import { describe, expect, it } from 'vitest';
import type { Draws } from '../../../agents/learners/choice.js';
import type { Crew } from '../../../agents/learners/crew.js';
import { explore } from '../../../agents/learners/exploration.js';
import { gaussianChoice, type Seats, spreadsOf } from '../../../agents/learners/gaussian-choice.js';
import { gaussianEntropy, gaussianLogProb } from '../../../agents/learners/math/gaussian.js';
import { ppo } from '../../../agents/learners/ppo.js';
import { stream } from '../../../env/random.js';
import { near } from './recorded.js';
import { shape, shop } from './shop.js';
import { follow } from './toys.js';

describe('held draws', () => {
  const slots = { slots: 2, features: 1, shared: 0, heads: 2, forAll: 1 };
  const shown = Int32Array.of(7, 8);
  const crew = {
    count: 1,
    form: { choice: 'box' },
    inside: [{ shown: () => shown }],
    episode: new Float64Array(1),
    clock: new Float64Array(1),
  } as unknown as Crew;
  const draws = explore(crew, slots, 1, stream(1, 'acting'), { heldSeconds: 5 });
  const drawn = ({ normal }: Draws): number[] => Array.from({ length: 5 }, (_, k) => normal?.(0, k) ?? Number.NaN);
  const [a, b, c, d, all] = drawn(draws());

  it('follow a request from slot to slot, for as long as it is here', () => {
    expect(new Set([a, b, c, d, all]).size).toBe(5);
    shown.set([8, 9]);
    crew.clock[0] = 4;
    const [first, second, third, fourth, everyone] = drawn(draws());
    expect([first, second, everyone]).toEqual([c, d, all]);
    expect([a, b, c, d]).not.toContain(third);
    expect([a, b, c, d]).not.toContain(fourth);
    shown.set([7, 8]);
    expect(drawn(draws())).toEqual([a, b, c, d, all]);
  });

  it('of everyone change after some seconds', () => {
    crew.clock[0] = 5;
    expect(drawn(draws()).slice(0, 4)).toEqual([a, b, c, d]);
    expect(drawn(draws())[4]).not.toBe(all);
    crew.clock[0] = 0;
  });

  it('are others in another episode or roll-out', () => {
    const others = [drawn(draws(1))];
    crew.episode[0] = 1;
    others.push(drawn(draws()), drawn(draws(1)));
    for (const other of others) for (const value of other) expect([a, b, c, d, all]).not.toContain(value);
    crew.episode[0] = 0;
    expect(drawn(draws())).toEqual([a, b, c, d, all]);
  });

  it('are standard normal', () => {
    const many = Array.from({ length: 4_000 }, (_, k) => {
      shown.fill(k);
      return drawn(draws())[0];
    });
    const mean = many.reduce((sum, value) => sum + value, 0) / many.length;
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(many.reduce((sum, value) => sum + value * value, 0) / many.length).toBeCloseTo(1, 1);
    shown.set([7, 8]);
  });

  it('need somebody who tells who is shown', async () => {
    const options = { seed: 1, steps: 1, exploration: 'held' } as const;
    const network = {
      kind: 'scorer',
      slots: { ...shape, slots: 0, heads: 0, shared: 2, forAll: 1 },
      hidden: 4,
    } as const;
    await expect(ppo(shop, options)).rejects.toThrow('expected a scorer as network, a Box');
    await expect(ppo(follow, { ...options, network })).rejects.toThrow('expected a scorer as network, a Box');
    await expect(ppo(follow, { ...options, privileged: true })).rejects.toThrow(
      'a privileged critic needs environments whose unwrapped.privileged() tells the truth',
    );
    await expect(ppo(shop, { ...options, network })).rejects.toThrow('has 2 inputs and 1 outputs, expected 20 and 7');
  });
});

describe('a Gaussian over slots', () => {
  const form = {
    choice: 'box',
    low: Array.from({ length: 8 }, () => -1),
    high: Array.from({ length: 8 }, () => 1),
  } as const;
  const seats: Seats = { slots: 3, heads: 2, here: (row, slot) => (row + slot) % 2 === 0 };
  const logSd = Float64Array.of(-1, -0.5, 0.2, 0.4);
  const random = stream(2, 'numbers');
  const numbers = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.next() - 0.5);
  const [means, actions] = [numbers(16), numbers(16)];
  const choice = gaussianChoice(form, logSd, seats);

  it('shares σ among slots and leaves the empty ones out', () => {
    expect(spreadsOf(form, seats)).toBe(4);
    expect(spreadsOf(form)).toBe(8);
    const [ofSlot, ofAll] = [logSd.subarray(0, 2), logSd.subarray(2)];
    const part = (sd: Float64Array, at: number): number => gaussianLogProb(means, at, sd, actions);
    near(
      [
        choice.logProb(means, null, 1, actions),
        choice.entropy,
        choice.logProb(means, null, 0, actions),
        choice.entropy,
      ],
      [
        part(ofSlot, 8 + 2) + part(ofAll, 8 + 6),
        gaussianEntropy(ofSlot) + gaussianEntropy(ofAll),
        part(ofSlot, 0) + part(ofSlot, 4) + part(ofAll, 6),
        2 * gaussianEntropy(ofSlot) + gaussianEntropy(ofAll),
      ],
      1e-12,
    );
  });

  it('has the gradients of its log-probability and entropy', () => {
    for (const row of [0, 1]) {
      const value = (): number => 0.7 * choice.logProb(means, null, row, actions) + 0.2 * choice.entropy;
      const [byMean, bySd] = [new Float64Array(16), new Float64Array(4)];
      value();
      choice.addGradient(row, 0.7, 0.2, byMean, bySd);
      near(byMean, differences(means, value), 1e-6);
      near(bySd, differences(logSd, value), 1e-6);
    }
  });

  it('says 0 for an empty slot', () => {
    const chosen = new Float64Array(16);
    const logProb = choice.choose(means, null, 1, stream(3, 'draws'), chosen);
    expect([...chosen.subarray(8, 10), ...chosen.subarray(12, 14)]).toEqual([0, 0, 0, 0]);
    expect(logProb).toBe(choice.logProb(means, null, 1, chosen));
    choice.choose(means, null, 1, null, chosen);
    expect([...chosen.subarray(10, 12)]).toEqual([...means.subarray(10, 12)]);
  });
});

function differences(x: Float64Array, value: () => number): number[] {
  const step = 1e-6;
  return Array.from(x, (was, k) => {
    x[k] = was + step;
    const above = value();
    x[k] = was - step;
    const below = value();
    x[k] = was;
    return (above - below) / (2 * step);
  });
}
