/** Verdicts: what agrees, what is open, what speaks against a claim. */
import { describe, expect, it } from 'vitest';
import { above, below, between, exact, type Figure, near } from '../../../experiments/papers/paper.js';
import { judge, sentenceOf, shownExpected, shownInterval, verdictOf } from '../../../experiments/papers/verdict.js';

const figure = (expected: Figure['expected'], value: number, half = 0, unit: Figure['unit'] = ''): Figure => ({
  what: 'it',
  unit,
  expected,
  measured: { value, low: value - half, high: value + half },
});

describe('one figure', () => {
  it.each([
    ['inside its tolerance', near(2, 0.1), 2.05, 0.5, 'agrees'],
    ['outside, but not by more than luck', near(2, 0.1), 2.3, 0.25, 'open'],
    ['outside, too small an effect', near(2, 0.1, 1), 1.5, 0.1, 'direction'],
    ['outside, too large an effect', near(2, 0.1, 1), 2.5, 0.1, 'direction'],
    ['outside, the other way', near(2, 0.1, 1), 0.8, 0.1, 'against'],
    ['outside a range without direction', between(0, 1), 1.5, 0.1, 'against'],
    ['order, all of the interval', below(0), -2, 1, 'agrees'],
    ['order, part of the interval', below(0), -2, 3, 'open'],
    ['order, the wrong way within luck', above(1), 0.9, 0.2, 'open'],
    ['order, the wrong way', above(1), 0.9, 0.05, 'against'],
    ['not judged', null, 7, 1, null],
  ] as const)('%s', (_name, expected, value, half, judgement) => {
    expect(judge(figure(expected, value, half))).toBe(judgement);
  });

  it('one seed shows no order', () => {
    const lone = { ...figure(below(0), -2), measured: { value: -2, low: Number.NaN, high: Number.NaN } };
    expect(judge(lone)).toBe('direction');
    expect(shownInterval(lone)).toBe('−2.00 [one seed]');
  });
});

describe('all figures', () => {
  const agrees = figure(near(1, 0.1), 1, 0.01);
  const open = figure(near(1, 0.1), 1.2, 0.15);
  const direction = figure(near(1, 0.1, 0), 0.5, 0.1);
  const against = figure(near(1, 0.1, 0), -0.5, 0.1);
  const shown = figure(null, 9);

  it('is reproduced only if every judged one agrees', () => {
    expect(verdictOf([agrees, shown])).toBe('reproduced');
    expect(verdictOf([agrees, open])).toBe('direction only');
    expect(verdictOf([agrees, direction])).toBe('direction only');
    expect(verdictOf([agrees, direction, against])).toBe('does not reproduce');
    expect(verdictOf([shown])).toBe('does not reproduce');
  });

  it('says why, with the worst figure', () => {
    expect(sentenceOf({ figures: [agrees], reason: 'not needed' })).toBe('reproduced: 1 of 1 figures agree');
    expect(sentenceOf({ figures: [open, against], reason: 'memory is short' })).toBe(
      'does not reproduce, because memory is short; 0 of 2 figures agree; it is −0.500 [−0.600, −0.400], expected 0.900 … 1.10',
    );
    expect(sentenceOf({ figures: [agrees, open] })).toContain(
      'direction only, because 1 of 2 figures agree; it is 1.20',
    );
    expect(sentenceOf({ figures: [open] })).toMatch(/\(more seeds could decide\)$/);
    expect(sentenceOf({ figures: [shown] })).toContain('nothing was judged');
  });

  it('shows shares with their sign, and figures without luck alone', () => {
    expect(shownInterval(figure(null, -0.254, 0.02, '%'))).toBe('−25.4 % [−27.4, −23.4]');
    expect(shownInterval({ ...figure(null, 0.25, 0, 'share'), measured: exact(0.25) })).toBe('25.0 %');
    expect(shownExpected(below(0.2), '%')).toBe('below +20.0 %');
    expect(shownExpected(near(0, 0), '')).toBe('0');
  });
});
