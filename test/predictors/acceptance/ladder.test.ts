/** The ladder: moments in closed form, steps ahead, draft lengths that speak of each other, and how it is fitted. */
import { describe, expect, test } from 'vitest';
import { stream } from '../../../env/random.js';
import { fitLadder, type Ladder, momentsAt, stepsAhead } from '../../../predictors/acceptance/ladder.js';
import { type RecordedRequest, replay } from '../../../predictors/acceptance/recorded.js';

const logit = (p: number) => Math.log(p / (1 - p));
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
/** Independent drafts: α before position 100, β from there on. */
const twoParts = (alpha: number, beta: number): Ladder => ({ from: [0, 100], logits: [[logit(alpha)], [logit(beta)]] });

const moments = (ladder: Ladder, position: number, level: number, drafts: number) => {
  const out = { mean: 0, variance: 0, slope: 0 };
  momentsAt(ladder, position, level, drafts, out);
  return out;
};

describe('moments', () => {
  test.each([
    [0.5, 3, 1.875, 1.109],
    [0.7, 5, 2.941, 3.31],
    [0.9, 3, 3.439, 1.026],
  ])(
    'α = %d, γ = %d: tokens a step and their variance as tabulated for independent drafts',
    (alpha, drafts, mean, variance) => {
      const here = moments(twoParts(alpha, 0.2), 99, 0, drafts);
      expect(1 + here.mean).toBeCloseTo(mean, 3);
      expect(here.variance).toBeCloseTo(variance, 3);
    },
  );

  test('the slope is the derivative by the level', () => {
    const ladder: Ladder = { from: [0], logits: [[0.3, -0.4, 1]] };
    for (const level of [-1, 0, 0.7]) {
      const rise = (moments(ladder, 5, level + 1e-5, 4).mean - moments(ladder, 5, level - 1e-5, 4).mean) / 2e-5;
      expect(moments(ladder, 5, level, 4).slope).toBeCloseTo(rise, 6);
    }
  });
});

test('steps ahead are tokens over tokens a step, bin by bin', () => {
  const ladder = twoParts(0.5, 0.8);
  const perStep = (alpha: number) => 1 + alpha + alpha ** 2;
  expect(stepsAhead(ladder, 40, 250, 0, 2)).toBeCloseTo(60 / perStep(0.5) + 150 / perStep(0.8), 9);
  expect(stepsAhead(ladder, 120, 121, 0, 2)).toBeCloseTo(1 / perStep(0.8), 9);
  const raised = logistic(logit(0.8) + 0.5);
  expect(stepsAhead(ladder, 120, 220, 0.5, 1)).toBeCloseTo(100 / (1 + raised), 9);
});

/** Requests of `tokens` tokens whose drafts are accepted independently with this probability by position. */
function independent(count: number, tokens: number, alpha: (position: number) => number): RecordedRequest[] {
  const { next } = stream(1, 'drafts');
  return Array.from({ length: count }, () => {
    const commits = Array.from({ length: tokens }, (_, position) => {
      let m = 1;
      while (m < 9 && next() < alpha(position)) m++;
      return m;
    });
    return { commits, promptTokens: 10 };
  });
}

describe('fit', () => {
  test('it finds the probabilities at all depths and draft lengths', () => {
    const alpha = (position: number) => (position < 128 ? 0.4 : 0.7);
    const ladder = fitLadder(independent(200, 400, alpha), [2, 5]);
    for (const [position, expected] of [
      [20, 0.4],
      [300, 0.7],
    ])
      for (let depth = 0; depth < 4; depth++) {
        const bin = ladder.from.findLastIndex((from) => from <= position);
        expect(Math.abs(logistic(ladder.logits[bin][depth]) - expected)).toBeLessThan(0.05);
      }
    // One ladder foretells a draft length that was not replayed.
    for (const drafts of [1, 3, 4]) {
      const steps = independent(50, 400, alpha).map((request) => {
        let count = 0;
        replay(request, drafts, 'always', () => count++);
        return count;
      });
      const mean = steps.reduce((sum, n) => sum + n, 0) / steps.length;
      expect(Math.abs(stepsAhead(ladder, 1, 400, 0, drafts) / mean - 1)).toBeLessThan(0.03);
    }
  });

  test('acceptance never falls along it, whatever was recorded', () => {
    const falling = fitLadder(
      independent(40, 600, (position) => 0.9 - position / 1000),
      [4],
    );
    for (let depth = 0; depth < 4; depth++)
      falling.logits.forEach((logits, bin) => {
        if (bin > 0) expect(logits[depth]).toBeGreaterThanOrEqual(falling.logits[bin - 1][depth]);
      });
  });

  test('an n-gram proposer that offers drafts only while it copies is judged by those', () => {
    const commits = [1, 1, 1, 4, 3, 2, 1, 1, 1, 1];
    const seen: number[][] = [];
    replay({ commits, promptTokens: 1 }, 2, 'while-copying', (...step) => seen.push(step.slice(0, 3)));
    expect(seen).toEqual([
      [1, 0, 0],
      [2, 0, 0],
      [3, 2, 2],
      [6, 2, 0],
      [7, 0, 0],
      [8, 0, 0],
      [9, 0, 0],
    ]);
  });
});
