/** Recipes: mixtures of classes, habits of declaring, deadlines and patience, and that a request is itself wherever it stands. */
import { describe, expect, test } from 'vitest';
import { arriveAtOnce, poissonArrivals } from '../../../env/workloads/arrivals.js';
import { constantDuration, exponentialDuration, lognormalDuration } from '../../../env/workloads/durations.js';
import { independentLengths, lognormalLength } from '../../../env/workloads/lengths.js';
import { guessFromPrompt, oneOf, tenantsOwn, undeclared } from '../../../env/workloads/max-tokens.js';
import { recipeSource, type WorkloadRecipe } from '../../../env/workloads/recipe.js';
import { UNDECLARED, type Workload } from '../../../env/workloads/workload.js';

const lengths = independentLengths(lognormalLength({ mean: 300, cv: 1 }), lognormalLength({ mean: 200, cv: 1 }));
const recipe = (changes: Partial<WorkloadRecipe> = {}): WorkloadRecipe => ({
  name: 'mixed',
  requests: 2000,
  arrivals: poissonArrivals(2),
  classes: [
    { share: 0.3, lengths, maxTokens: oneOf([512]), priority: 2, tenant: 7, slo: 1, timeout: constantDuration(9) },
    { share: 0.7, lengths, maxTokens: guessFromPrompt(), deadline: lognormalDuration(20, 0.5) },
  ],
  ...changes,
});
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const rowsWhere = (w: Workload, keep: (row: number) => boolean): number[] => [...w.key.keys()].filter(keep);

/** Spearman's rank correlation. */
function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] => {
    const sorted = [...values].sort((a, b) => a - b);
    return values.map((v) => (sorted.indexOf(v) + sorted.lastIndexOf(v)) / 2);
  };
  const [a, b] = [ranks(x), ranks(y)];
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (k: number) => number): number => a.reduce((s, _, k) => s + f(k), 0);
  return sum((k) => (a[k] - ma) * (b[k] - mb)) / Math.sqrt(sum((k) => (a[k] - ma) ** 2) * sum((k) => (b[k] - mb) ** 2));
}

describe('a recipe', () => {
  test('mixes classes by their shares, each with its own columns', () => {
    const w = recipeSource(recipe()).sample(1);
    const first = rowsWhere(w, (row) => w.tenant[row] === 7);
    expect(Math.abs(first.length / w.count - 0.3)).toBeLessThan(0.03);
    for (const row of first) {
      expect([w.priority[row], w.slo[row], w.declared[row]]).toEqual([2, 1, 512]);
      expect(w.abortAt[row] - w.arrival[row]).toBe(9e6);
      expect(w.deadline[row]).toBe(Infinity);
    }
    const second = rowsWhere(w, (row) => w.tenant[row] === 0);
    expect(second.length + first.length).toBe(w.count);
    const patience = second.map((row) => (w.deadline[row] - w.arrival[row]) / 1e6).sort((a, b) => a - b);
    expect(Math.abs(patience[patience.length >> 1] / 20 - 1)).toBeLessThan(0.1);
    expect(second.every((row) => w.abortAt[row] === Infinity && w.priority[row] === 0)).toBe(true);
  });

  test('a request is the same among few and many, at any rate, in any arrivals', () => {
    const few = recipeSource(recipe({ requests: 50 })).sample('s');
    const many = recipeSource(recipe({ arrivals: arriveAtOnce })).sample('s');
    for (const column of ['key', 'promptTokens', 'outputTokens', 'declared', 'priority', 'tenant', 'slo'] as const)
      expect(many[column].slice(0, 50)).toEqual(few[column]);
    expect([...few.deadline].map((due, row) => due - few.arrival[row])).toEqual([...many.deadline.slice(0, 50)]);
  });

  test('answers end at what was declared, prompts at the longest', () => {
    const short = { share: 1, lengths, maxTokens: oneOf([64]) };
    const w = recipeSource(recipe({ classes: [short], longestPrompt: 100 })).sample(4);
    expect(Math.max(...w.outputTokens)).toBe(64);
    expect(Math.max(...w.promptTokens)).toBe(100);
  });

  test.each([
    [{ requests: 0 }, 'mixed: requests is 0, expected a whole number ≥ 1'],
    [{ classes: [{ share: 0.5, lengths }] }, 'workload: shares of classes sum to 0.5, expected 1'],
    [{ classes: [{ share: -1, lengths }] }, 'workload: share is -1, expected a number in 0 … 1'],
    [{ arrivals: { users: 0.5, think: constantDuration(1) } }, 'mixed: users is 0.5, expected a whole number ≥ 1'],
    [
      { conversation: { rounds: () => 2, think: constantDuration(1), context: 4096 } },
      'mixed: context is 4096, expected a whole number above 7168 tokens',
    ],
  ])('%j is refused', (changes, message) => {
    expect(() => recipeSource(recipe(changes as Partial<WorkloadRecipe>))).toThrow(message);
  });
});

describe('max_tokens', () => {
  const outputs = (maxTokens: typeof undeclared): Workload =>
    recipeSource(
      recipe({ requests: 4000, classes: [{ share: 1, lengths, maxTokens, tenant: (u) => Math.floor(3 * u) }] }),
    ).sample(2);

  test('of nobody is the engine’s to decide', () => {
    expect(new Set(outputs(undeclared).declared)).toEqual(new Set([UNDECLARED]));
  });

  test('of a tenant is its own', () => {
    const w = outputs(tenantsOwn([1000, 2000]));
    w.declared.forEach((most, row) => {
      expect(most).toBe([1000, 2000, 1000][w.tenant[row]]);
    });
    expect(new Set(w.tenant)).toEqual(new Set([0, 1, 2]));
  });

  test('guessed from the prompt follows the prompt and says nothing about the answer', () => {
    const w = outputs(guessFromPrompt({ factor: 6, least: 128, most: 8192 }));
    const uncut = rowsWhere(w, (row) => w.outputTokens[row] < w.declared[row]);
    expect(uncut.length / w.count).toBeGreaterThan(0.9);
    const declared = [...w.declared];
    expect(rankCorrelation(declared, [...w.promptTokens])).toBeGreaterThan(0.7);
    // Among those who have room the answer is what it is: cut ones alone tie the two together.
    const roomy = rowsWhere(w, (row) => w.declared[row] >= 1024);
    const tied = rankCorrelation(
      roomy.map((row) => declared[row]),
      roomy.map((row) => w.outputTokens[row]),
    );
    expect(Math.abs(tied)).toBeLessThan(0.06);
    expect(declared.every((n) => n % 128 === 0 && n >= 128 && n <= 8192)).toBe(true);
  });

  test.each([
    [() => oneOf([]), 'max_tokens: [], expected whole numbers ≥ 1'],
    [() => tenantsOwn([0]), 'max_tokens: [0], expected whole numbers ≥ 1'],
    [() => guessFromPrompt({ factor: 0 }), 'max_tokens: factor is 0, expected a number > 0'],
  ])('refuses what is no number of tokens', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('durations', () => {
  test('are whole µs with the mean or median asked for', () => {
    const grid = Array.from({ length: 99 }, (_, k) => (k + 0.5) / 99);
    const draws = (of: ReturnType<typeof constantDuration>): number[] => grid.flatMap((u) => grid.map((v) => of(u, v)));
    expect(new Set(draws(constantDuration(1.5)))).toEqual(new Set([1_500_000]));
    expect(Math.abs(mean(draws(exponentialDuration(4))) / 4e6 - 1)).toBeLessThan(0.02);
    const sorted = draws(lognormalDuration(10, 1)).sort((a, b) => a - b);
    expect(Math.abs(sorted[sorted.length >> 1] / 10e6 - 1)).toBeLessThan(0.03);
    expect(sorted.every(Number.isInteger)).toBe(true);
  });

  test('refuse negative ones', () => {
    expect(() => constantDuration(-1)).toThrow('duration: -1 s, expected a number ≥ 0');
    expect(() => lognormalDuration(0, 1)).toThrow('duration: median is 0, expected a number > 0');
  });
});
