/** What every family of the catalogue promises, in every split. */
import { describe, expect, test } from 'vitest';
import { families } from '../../env/workloads/families/catalogue.js';
import { drawValues, familySource, type Split, splits } from '../../env/workloads/families/family.js';
import { UNDECLARED, type Workload } from '../../env/workloads/workload.js';

const REQUESTS = 100;
const seeds = Array.from({ length: process.env.SERVEGYM_LONG ? 40 : 2 }, (_, k) => k);
const columns = (w: Workload) => {
  const { acceptance: _luck, texts, ...rest } = w;
  const first = <T>(look: (row: number) => T): T[] => Array.from({ length: 3 }, (_, row) => look(row));
  return {
    ...rest,
    accepted: first((row) => w.acceptance.accepted(row, 1, 1, 5)),
    prompts: first((row) => texts?.prompt(row)),
  };
};
const others = (split: Split): Split[] => splits.filter((each) => each !== split);

describe.each(Object.values(families))('family $name', (family) => {
  const { parameters } = family;

  test('has ranges that are in order, and a test range partly outside the training range', () => {
    for (const ranges of Object.values(parameters)) {
      for (const split of splits) expect(ranges[split][0]).toBeLessThan(ranges[split][1]);
      expect(ranges.doc).not.toBe('');
    }
    const outside = Object.values(parameters).filter(({ train, test }) => test[1] > train[1] || test[0] < train[0]);
    expect(outside.length).toBeGreaterThan(0);
    expect(Object.values(parameters).some(({ train, validation }) => train.join() !== validation.join())).toBe(true);
  });

  describe.each(splits)('%s', (split) => {
    const source = familySource(family, split, { requests: REQUESTS, rate: 2 });

    test('draws parameters from its range, others on another seed', () => {
      const drawn = Array.from({ length: 40 }, (_, seed) => drawValues(family, split, seed));
      for (const [name, { [split]: range, whole }] of Object.entries(parameters)) {
        const values = drawn.map((each) => each[name]);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(range[0]);
        expect(Math.max(...values)).toBeLessThanOrEqual(range[1]);
        expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.7 * (range[1] - range[0]));
        if (whole) expect(values.every(Number.isInteger)).toBe(true);
      }
    });

    test('gives the same workload for the same seed, another one for another seed and in another split', () => {
      for (const seed of seeds) {
        const one = columns(source.sample(seed));
        expect(columns(source.sample(seed))).toEqual(one);
        expect(columns(source.sample(seed + 1000))).not.toEqual(one);
        for (const other of others(split)) {
          const theirs = familySource(family, other, { requests: REQUESTS, rate: 2 }).sample(seed);
          expect([...theirs.outputTokens]).not.toEqual([...one.outputTokens]);
        }
      }
    });

    test('makes valid requests with keys of their own', () => {
      for (const seed of seeds) {
        const w = source.sample(seed);
        expect(w.count).toBe(REQUESTS);
        expect(new Set(w.key).size).toBe(REQUESTS);
        expect([...w.outputTokens].every((n, row) => n >= 1 && n <= w.declared[row])).toBe(true);
        expect([...w.promptTokens].every((n) => n >= 1 && n < 8192)).toBe(true);
        const own = w.rounds ? [...w.rounds.follows].filter((row) => row < 0).length : w.count;
        const times = [...w.arrival].slice(0, own);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(Number.isFinite(times[own - 1])).toBe(true);
      }
    });

    test('keeps its requests at another rate and among more of them', () => {
      const [few, many] = [
        { requests: 50, rate: 2 },
        { requests: REQUESTS, rate: 5 },
      ].map((amount) => familySource(family, split, amount).sample(seeds[0]));
      const at = new Map(Array.from(many.key, (key, row) => [key, row]));
      const shared = [...few.key.keys()].filter((row) => at.has(few.key[row]));
      expect(shared.length).toBeGreaterThan(24); // users of a closed loop share out the requests: each has fewer
      for (const row of shared) {
        const other = at.get(few.key[row]) as number;
        for (const column of ['promptTokens', 'outputTokens', 'declared', 'tenant', 'slo'] as const)
          expect(many[column][other]).toBe(few[column][row]);
      }
    });

    test('declares nothing that gives the answer away', () => {
      // Who declares the same after the same prompt gets answers that differ: max_tokens is no function of the length.
      const w = familySource(family, split, { requests: 1000, rate: 2 }).sample(seeds[0]);
      const cut = [...w.outputTokens].filter((n, row) => n === w.declared[row]).length;
      expect(cut / w.count).toBeLessThan(0.35);
      const answers = new Map<number, Set<number>>();
      for (let row = 0; row < w.count; row++) {
        const known = answers.get(w.declared[row]) ?? new Set();
        answers.set(w.declared[row], known.add(w.outputTokens[row]));
      }
      const common = [...answers.values()].sort((a, b) => b.size - a.size)[0];
      expect(common.size).toBeGreaterThan(50);
      expect(answers.size).toBeLessThan(0.2 * new Set(w.outputTokens).size + 3);
      expect(w.declared.every((n) => n <= UNDECLARED)).toBe(true);
    });
  });
});

test('a value that the family does not have is refused', () => {
  expect(() => familySource(families.chat, 'test', {}, { longShar: 1 })).toThrow(
    'family chat: there is no parameter "longShar", expected longShare, high, phase',
  );
});
