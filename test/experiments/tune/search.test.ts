/** The search on costs that can be written down: it finds the best point, keeps to its budget, and repeats itself. */
import { describe, expect, it } from 'vitest';
import { luck } from '../../../env/random.js';
import { type Ask, type Found, leastBudget, type SearchOptions, search } from '../../../experiments/tune/search.js';
import { choiceOf, defaultPoint, numberIn, type Point } from '../../../experiments/tune/space.js';

const space = {
  x: numberIn('best at 3', 0, [-10, 10]),
  y: numberIn('best at 100', 1, [1, 10_000], { scale: 'log' }),
  n: numberIn('best at 5', 0, [0, 8], { whole: true }),
  word: choiceOf('best is right', ['wrong', 'worse', 'right']),
  idle: numberIn('does nothing', 0.5, [0, 1]),
};

const WORDS = { wrong: 0.5, worse: 1, right: 0 };
const noise = luck(1, 'noise');

/** 0 at the optimum; a seed makes everything dearer, and each point a little on its own. */
function cost(point: Point, split: string, seed: number, spread: number): number {
  const [x, y, n] = [Number(point.x), Number(point.y), Number(point.n)];
  const distance = ((x - 3) / 10) ** 2 + (Math.log10(y) / 2 - 1) ** 2 + ((n - 5) / 8) ** 2;
  const own = spread * (noise(Math.round(1000 * (x + y + n)), seed + (split === 'train' ? 0 : 1000)) - 0.5);
  return distance + WORDS[point.word as keyof typeof WORDS] + 10 * noise(seed, 0) + own;
}

const options: SearchOptions = { budget: 2000, trainSeeds: 8, validationSeeds: 8, seed: 1 };

function find(given: Partial<SearchOptions> = {}, spread = 0.05): { found: Found; asks: Ask[] } {
  const searching = search(space, { ...options, ...given });
  const asks: Ask[] = [];
  let next = searching.next();
  while (!next.done) {
    const { split, points, from, to } = next.value;
    asks.push(next.value);
    const seeds = Array.from({ length: to - from }, (_, k) => from + k);
    next = searching.next(points.map((point) => seeds.map((seed) => cost(point, split, seed, spread))));
  }
  return { found: next.value, asks };
}

const episodes = (asks: readonly Ask[]): number =>
  asks.reduce((sum, { points, from, to }) => sum + points.length * (to - from), 0);

/** What a point costs beyond the best one, without noise. */
const regret = (point: Point): number => cost(point, 'train', 0, 0) - 10 * noise(0, 0);

describe('search', () => {
  it('finds the best point of a noisy cost', () => {
    const start = regret(defaultPoint(space));
    for (const seed of [1, 2, 3]) {
      const { found } = find({ seed });
      expect(regret(found.point)).toBeLessThan(0.1 * start);
      expect(found.point.word).toBe('right');
      expect(found.validationGain).toBeCloseTo(start - regret(found.point), 1);
    }
  });

  it('does better than the same budget spent at random', () => {
    const broad = find({ budget: 1000 }).found.log.filter(({ stage }) => stage !== 'local');
    const { found } = find({ budget: 1000 });
    expect(regret(found.point)).toBeLessThan(regret(broad[0].best));
  });

  it.each([leastBudget(options), 200, 777])('spends at most %i episodes, and says how many', (budget) => {
    const { found, asks } = find({ budget });
    expect(episodes(asks)).toBe(found.spent);
    expect(found.spent).toBeLessThanOrEqual(budget);
  });

  it('refuses a budget too small for its stages, with the least one', () => {
    const least = leastBudget(options);
    expect(() => find({ budget: least - 1 })).toThrow(`expected at least ${least} with 8 training and 8 validation`);
  });

  it('does the same under the same seed, and something else under another', () => {
    expect(find()).toEqual(find());
    expect(find({ seed: 9 }).asks).not.toEqual(find().asks);
  });

  it('never asks twice for what it knows, nor for points that are one by name', () => {
    const seen = new Set<string>();
    const nameOf = ({ idle: _idle, ...rest }: Point): string => JSON.stringify(rest);
    for (const { split, points, from, to } of find({ nameOf }).asks) {
      for (const point of points) {
        for (let seed = from; seed < to; seed++) {
          const name = `${split} ${nameOf(point)} ${seed}`;
          expect(seen.has(name)).toBe(false);
          seen.add(name);
        }
      }
    }
  });

  it('ends when validation gained nothing in the last third', () => {
    const { found } = find({ budget: 6000 });
    expect(found.ended).toBe('no gain');
    const last = found.log.findLast(({ validationGain }) => validationGain === found.validationGain);
    expect(found.spent - (last?.spent ?? 0)).toBeGreaterThanOrEqual(found.spent / 3);
  });

  it('keeps the default where nothing is better, and where training was luck', () => {
    const searching = search(space, options);
    let next = searching.next();
    const start = JSON.stringify(defaultPoint(space));
    while (!next.done) {
      const { split, points, from, to } = next.value;
      const of = (point: Point): number => (JSON.stringify(point) === start || split === 'train' ? 1 : 2);
      next = searching.next(points.map((point) => new Array(to - from).fill(of(point))));
    }
    expect(JSON.stringify(next.value.point)).toBe(start);
    expect(next.value.validationGain).toBe(0);
  });
});
