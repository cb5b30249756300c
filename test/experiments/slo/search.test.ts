/** The search for the highest feasible step, against thresholds that are known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradictions, type Found, type SearchOptions, searchHighest } from '../../../experiments/slo/search.js';

const GRID: SearchOptions = { start: 0, least: -100, most: 100, probes: 40 };

function search(feasible: (step: number) => boolean, options: Partial<SearchOptions> = {}) {
  const asked: number[] = [];
  const answers: [number, boolean][] = [];
  const steps = searchHighest({ ...GRID, ...options });
  let next = steps.next();
  while (!next.done) {
    asked.push(next.value);
    answers.push([next.value, feasible(next.value)]);
    next = steps.next(feasible(next.value));
  }
  const found = next.value as Found;
  return { ...found, asked, contradictions: contradictions(found.step, answers) };
}

describe('the highest feasible step', () => {
  it('is found wherever the threshold and the start are, each step asked once', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 99 }), fc.integer({ min: -150, max: 150 }), (threshold, start) => {
        const found = search((step) => step <= threshold, { start });
        expect(found).toMatchObject({ step: threshold, closed: true, contradictions: [] });
        expect(new Set(found.asked).size).toBe(found.asked.length);
        expect(found.asked.length).toBe(found.probes);
        expect(found.probes).toBeLessThanOrEqual(20);
        expect(found.asked.every((step) => step >= -100 && step <= 100)).toBe(true);
      }),
    );
  });

  it('is nothing if not even the lowest is feasible, and the end of the grid if all are', () => {
    expect(search(() => false)).toMatchObject({ step: null });
    expect(search(() => true)).toMatchObject({ step: 100, closed: false, contradictions: [] });
  });

  it('probes neighbours, so that those that contradict are known', () => {
    expect(search((step) => step <= 7 || step === 9)).toMatchObject({ step: 7, contradictions: [9] });
    expect(search((step) => step <= 7 && step !== 5)).toMatchObject({ step: 7, contradictions: [5] });
  });

  it('ends at its budget with what it knows', () => {
    const found = search((step) => step <= 37, { probes: 5 });
    expect(found.asked).toHaveLength(5);
    expect(found.closed).toBe(false);
    expect(found.step).toBeLessThanOrEqual(37);
  });
});
