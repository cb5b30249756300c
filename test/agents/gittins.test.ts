/** Gittins: the index by hand, the policies it must equal where theory says so, and that it is better where none of them is optimal. */
import { describe, expect, test } from 'vitest';
import { type GittinsOptions, gittins } from '../../agents/schedulers/gittins.js';
import { type Atoms, createAtoms, gittinsIndex } from '../../agents/schedulers/gittins-index.js';
import { las } from '../../agents/schedulers/las.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { weightedIndex } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { act, createEngine, run, toTurn } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { ssjf } from '../../predictors/ssjf.js';
import { finishTimes, poissonWorkload, STEP, serialWorkload, serve } from '../laws/serial.js';
import { geometricSizes, type Sizes } from '../laws/sizes.js';

const atoms = (lengths: readonly number[], weights: readonly number[]): Atoms =>
  Object.assign(createAtoms(0), {
    n: lengths.length,
    length: Float64Array.from(lengths),
    weight: Float64Array.from(weights),
  });

describe('the index', () => {
  const bimodal = atoms([4, 40], [4, 1]);

  test.each([
    [0, 5], // to 4: 4 work a .8 completion; to the end: 11.2
    [3, 1.25],
    [4, 36],
    [39, 1],
    [40, 40], // outlived: as long again
    [50, 50],
  ])('of 4 or 40 with odds 4 : 1 at age %d is %d', (age, index) => {
    expect(gittinsIndex(bimodal, age)).toBeCloseTo(index, 12);
  });

  test('no weight on scale, and unknown lengths are no number', () => {
    expect(gittinsIndex(atoms([4, 40], [400, 100]), 0)).toBeCloseTo(5, 12);
    expect(gittinsIndex(atoms([Number.NaN], [1]), 0)).toBeNaN();
  });

  test('is the least over all Δ, tried one by one', () => {
    const { next } = stream(3, 'distributions');
    for (let trial = 0; trial < 200; trial++) {
      const lengths = [...new Set(Array.from({ length: 6 }, () => 1 + Math.floor(30 * next())))].sort((a, b) => a - b);
      const weights = lengths.map(() => 0.05 + next());
      const age = Math.floor(next() * lengths[lengths.length - 1]);
      const left = lengths.map((x, k) => ({ x: x - age, w: weights[k] })).filter(({ x }) => x > 0);
      const least = Math.min(
        ...Array.from({ length: 30 }, (_, k) => k + 1).map((delta) => {
          const done = left.reduce((sum, { x, w }) => sum + (x <= delta ? w : 0), 0);
          return left.reduce((sum, { x, w }) => sum + w * Math.min(x, delta), 0) / done;
        }),
      );
      expect(gittinsIndex(atoms(lengths, weights), age)).toBeCloseTo(least, 10);
    }
  });

  test.each([
    { lengths: [], weights: [] },
    { lengths: [3, 2], weights: [1, 1] },
    { lengths: [1, 2], weights: [1] },
    { lengths: [1, 2], weights: [1, 0] },
  ])('refuses $lengths with weights $weights', (from) => {
    expect(() => gittins({ from })).toThrow(/gittins: \d lengths and \d weights, expected/);
  });
});

/** Sizes with these probabilities, of lengths 1, 2, … */
function sizesOf(name: string, weights: readonly number[]): Sizes {
  const total = weights.reduce((a, b) => a + b, 0);
  const probability = Float64Array.from([0, ...weights.map((w) => w / total)]);
  const moment = (power: number): number => probability.reduce((sum, p, x) => sum + p * x ** power, 0);
  const draw = weightedIndex(probability);
  return { name, probability, mean: moment(1), second: moment(2), draw };
}

const known = (sizes: Sizes): GittinsOptions => {
  const lengths = Array.from(sizes.probability.keys()).filter((x) => sizes.probability[x] > 0);
  return { from: { lengths, weights: lengths.map((x) => sizes.probability[x]) } };
};

const REQUESTS = 1500;
const times = (sizes: Sizes, scheduler: () => Scheduler, seed = 1): Float64Array =>
  finishTimes(serve(poissonWorkload(sizes, 0.75, REQUESTS, seed), scheduler));

describe('where theory says so it is another policy', () => {
  const falling = sizesOf(
    'falling hazard',
    Array.from({ length: 400 }, (_, k) => (k + 1) ** -1.8 - (k + 2) ** -1.8),
  );
  const rising = sizesOf('rising hazard', [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);

  test('known sizes: srpt, token for token', () => {
    const sizes = geometricSizes(8);
    expect(times(sizes, gittins)).toEqual(times(sizes, srpt));
  });

  test('falling hazard: least attained service', () => {
    expect(times(falling, () => gittins(known(falling)))).toEqual(times(falling, las));
  });

  test('rising hazard: first come, first served', () => {
    expect(times(rising, () => gittins(known(rising)))).toEqual(times(rising, fcfs));
  });

  test('neither: better than all three', () => {
    const bimodal = sizesOf('4 or 40', [0, 0, 0, 8, ...new Array(35).fill(0), 2]);
    const mean = (scheduler: () => Scheduler): number =>
      [1, 2].reduce((sum, seed) => sum + times(bimodal, scheduler, seed).reduce((a, b) => a + b), 0) -
      [1, 2].reduce(
        (sum, seed) => sum + poissonWorkload(bimodal, 0.75, REQUESTS, seed).arrival.reduce((a, b) => a + b),
        0,
      );
    const index = mean(() => gittins(known(bimodal)));
    expect(index).toBeLessThan(0.97 * mean(las));
    expect(index).toBeLessThan(0.7 * mean(fcfs));
    expect(index).toBeGreaterThan(mean(srpt)); // which knows more
  });
});

test('learned from who finished it comes close to the index that knows', () => {
  const bimodal = sizesOf('4 or 40', [0, 0, 0, 8, ...new Array(35).fill(0), 2]);
  const total = (scheduler: () => Scheduler): number => times(bimodal, scheduler).reduce((a, b) => a + b);
  const arrivals = poissonWorkload(bimodal, 0.75, REQUESTS, 1).arrival.reduce((a, b) => a + b);
  const best = total(() => gittins(known(bimodal))) - arrivals;
  const learned = total(() => gittins({ from: 'finished' })) - arrivals;
  expect(learned / best).toBeCloseTo(1, 1);
  expect(total(las) - arrivals).toBeGreaterThan(learned);
});

test('quantiles of the predictor are its distribution', () => {
  const engine = createEngine({
    workload: serialWorkload('one', [0, 0], [300, 20]),
    rules: preset('serial'),
    cost: constantStep(STEP),
    predictor: ssjf,
    scheduler: gittins,
  });
  toTurn(engine);
  act(engine);
  const { beliefs, decision } = engine.replica;
  for (const r of [0, 1]) {
    const quantiles = beliefs.quantiles.map((column) => column[r]);
    expect(decision.rank[r]).toBeCloseTo(gittinsIndex(atoms(quantiles, [0.3, 0.4, 0.3]), 0), 9);
  }
  expect(run(engine)).toBe('drained');
});
