/** Estimators by their formulas: what each makes of the same verifications, when each calls acceptance stable. */
import { describe, expect, test } from 'vitest';
import { changePoint, settledSinceChange } from '../../../predictors/acceptance/change-point.js';
import { curve } from '../../../predictors/acceptance/curve.js';
import type { Estimator, StabilityRule } from '../../../predictors/acceptance/estimator.js';
import type { Ladder } from '../../../predictors/acceptance/ladder.js';
import { prefixMean } from '../../../predictors/acceptance/posterior.js';
import { regression } from '../../../predictors/acceptance/regression.js';
import { shrinkage } from '../../../predictors/acceptance/shrinkage.js';
import { runningMeanSettled } from '../../../predictors/acceptance/stability.js';

/** Half of all drafts at γ = 1 at first, three quarters from position 64 on. */
const ladder: Ladder = { from: [0, 64], logits: [[0], [Math.log(3)]] };
const standing = { generated: 40, length: 140, promptTokens: 20, drafts: 1 };

const belief = (estimator: Estimator, accepted: readonly number[], proposed = 1, asked = standing) => {
  const state = new Float64Array(estimator.width);
  estimator.begin?.(state);
  accepted.forEach((right, position) => {
    estimator.see(state, { verifications: 1, proposed, accepted: right, position });
  });
  const out = { share: Number.NaN, spread: Number.NaN };
  estimator.believe(state, asked, out);
  return out;
};
const shareOf = (steps: number, tokens = 100) => tokens / steps - 1;
const curveSteps = 24 / 1.5 + 76 / 1.75;

describe('on a ladder', () => {
  test('curve: the population from here on, whatever was seen', () => {
    for (const seen of [[], [1, 1, 1], [0, 0, 0]])
      expect(belief(curve(ladder, 0.4), seen).share).toBeCloseTo(shareOf(curveSteps), 9);
  });

  test('shrinkage: the score over κ and the information', () => {
    const seen = [1, 1, 1, 0, 1, 1];
    const level = (5 - 6 * 0.5) / (10 + 6 * 0.25);
    const up = (odds: number) => 1 / (1 + Math.exp(-odds - level));
    const steps = 24 / (1 + up(0)) + 76 / (1 + up(Math.log(3)));
    expect(belief(shrinkage(ladder, { stiffness: 10, off: 0.4 }), seen).share).toBeCloseTo(shareOf(steps), 9);
    expect(belief(shrinkage(ladder, { stiffness: 1e12, off: 0.4 }), seen).share).toBeCloseTo(shareOf(curveSteps), 6);
  });

  test('shrinkage grows surer with what it sees, and surer of long rests than of short ones', () => {
    const estimator = shrinkage(ladder, { stiffness: 10, off: 0.4 });
    const spreads = [0, 10, 100].map((n) => belief(estimator, new Array(n).fill(0.5)).spread);
    expect(spreads[0]).toBeGreaterThan(spreads[1]);
    expect(spreads[1]).toBeGreaterThan(spreads[2]);
    const rest = (length: number) => belief(estimator, [], 1, { ...standing, length }).spread;
    expect(rest(50)).toBeGreaterThan(rest(140));
  });

  test('regression: coefficients times what was seen and what lies ahead, within what it was fitted to', () => {
    const seen = { least: [1, -1, -1, 0, 0, 0], most: [1, 1, 1, 9, 9, 2] };
    const alone = (k: number, value: number) => {
      const coefficients = [0, 0, 0, 0, 0, 0];
      coefficients[k] = value;
      return belief(regression(ladder, { stiffness: 10, off: 0.4, coefficients, ...seen }), []).share;
    };
    const atLevel = (level: number) => {
      const up = (odds: number) => 1 / (1 + Math.exp(-odds - level));
      return shareOf(24 / (1 + up(0)) + 76 / (1 + up(Math.log(3))));
    };
    expect(alone(0, 0.3)).toBeCloseTo(atLevel(0.3), 9);
    expect(alone(3, 0.1)).toBeCloseTo(atLevel(0.1 * Math.log2(40)), 9);
    expect(alone(4, 0.1)).toBeCloseTo(atLevel(0.1 * Math.log(100)), 9);
    expect(alone(5, -0.1)).toBeCloseTo(atLevel(-0.1 * 2), 9); // ln 20 is more than it knows
  });

  test('a belief at one draft length speaks of another: more drafts, lower share', () => {
    const estimator = shrinkage(ladder, { stiffness: 10, off: 0.4 });
    const seen = new Array(20).fill(3);
    const [one, three, seven] = [1, 3, 7].map((drafts) => belief(estimator, seen, 4, { ...standing, drafts }).share);
    expect(one).toBeGreaterThan(three);
    expect(three).toBeGreaterThan(seven);
    expect(3 * three).toBeLessThan(7 * seven); // accepted drafts a step
  });

  test('at the end and beyond it is still a share', () => {
    for (const generated of [139, 140, 200]) {
      const { share, spread } = belief(shrinkage(ladder, { stiffness: 1, off: 1 }), [1, 1], 1, {
        ...standing,
        generated,
      });
      expect(share).toBeGreaterThan(0.7);
      expect(share).toBeLessThan(1);
      expect(Number.isFinite(spread)).toBe(true);
    }
  });
});

test('prefix mean: accepted over proposed; before anything was seen, its prior', () => {
  expect(belief(prefixMean({ prior: 0.3 }), []).share).toBe(0.3);
  expect(belief(prefixMean(), [3, 0, 2, 4], 4).share).toBe(9 / 16);
  expect(belief(prefixMean(), [4, 4, 4], 4).spread).toBeGreaterThan(0.03);
});

describe('change-point', () => {
  const steady = Array.from({ length: 60 }, (_, k) => (k % 2 ? 3 : 2));

  test('without a change it is the mean with a prior', () => {
    const sum = steady.reduce((total, right) => total + right / 5, 0);
    expect(belief(changePoint({ prior: 0.4, weight: 3 }), steady, 5).share).toBeCloseTo((3 * 0.4 + sum) / 63, 9);
  });

  test('it forgets what was before a change, in both directions', () => {
    for (const [before, after] of [
      [5, 1],
      [1, 5],
    ]) {
      const script = [...new Array(60).fill(before), ...new Array(30).fill(after)];
      const { share } = belief(changePoint(), script, 5);
      expect(Math.abs(share - after / 5)).toBeLessThan(0.15);
      expect(Math.abs(belief(prefixMean(), script, 5).share - after / 5)).toBeGreaterThan(0.4);
    }
  });
});

/** Verifications after which a rule says "stable". */
function calls(rule: StabilityRule, accepted: readonly number[], proposed: number): boolean[] {
  const state = new Float64Array(rule.width);
  return accepted.map((right, position) => {
    rule.see(state, { verifications: 1, proposed, accepted: right, position });
    return rule.stable(state, { share: 0, spread: 1 });
  });
}

describe('stability', () => {
  test('window: enough steps, and the running mean moved little over the last eight', () => {
    const script = Array.from({ length: 60 }, (_, k) => (k < 12 ? 4 : k % 3));
    const called = calls(runningMeanSettled(), script, 4);
    const means = script.map((_, k) => script.slice(0, k + 1).reduce((sum, right) => sum + right, 0) / (4 * (k + 1)));
    const moved = (last: readonly number[]): number => Math.max(...last) - Math.min(...last);
    const expected = means.map((_, k) => k + 1 >= 16 && moved(means.slice(k - 8, k + 1)) < 0.05);
    expect(called).toEqual(expected);
    expect(called.indexOf(true)).toBeGreaterThan(20);
  });

  test('Page–Hinkley: so many steps since the last change, and a change takes it back', () => {
    const called = calls(settledSinceChange(), [...new Array(40).fill(4), ...new Array(40).fill(0)], 4);
    expect(called.indexOf(true)).toBe(15);
    const lost = called.indexOf(false, 15);
    expect(lost).toBeGreaterThan(40);
    expect(lost).toBeLessThan(50);
    expect(called[79]).toBe(true);
  });
});
