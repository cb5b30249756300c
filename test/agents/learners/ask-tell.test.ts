/** Searches on functions whose minimum is known, and what they promise about bytes. */
import { describe, expect, it } from 'vitest';
import type { AskTell, AskTellOptions } from '../../../agents/learners/ask-tell.js';
import { cmaEs } from '../../../agents/learners/cma-es.js';
import { eigenOf } from '../../../agents/learners/eigen.js';
import { es } from '../../../agents/learners/es.js';
import { randomSearch } from '../../../agents/learners/random-search.js';
import { stream } from '../../../env/random.js';
import { modelText, parseModel } from '../../../predictors/model-file.js';
import type { Weights } from '../../../predictors/weights.js';

type Cost = (x: Float64Array) => number;
const sphere: Cost = (x) => x.reduce((sum, value) => sum + value * value, 0);
/** Axes from 1 to 1,000, and turned, so that no coordinate is an axis. */
const ellipsoid: Cost = (x) => {
  const n = x.length;
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  return x.reduce((sum, value, k) => sum + 10 ** ((6 * k) / (n - 1)) * (value - 2 * mean) ** 2, 0);
};
const axes: Cost = (x) => x.reduce((sum, value, k) => sum + 10 ** ((6 * k) / (x.length - 1)) * value * value, 0);
const rosenbrock: Cost = (x) => {
  let sum = 0;
  for (let k = 0; k + 1 < x.length; k++) sum += 100 * (x[k + 1] - x[k] * x[k]) ** 2 + (1 - x[k]) ** 2;
  return sum;
};

function follow(search: AskTell, cost: Cost, generations: number): AskTell {
  for (let g = 0; g < generations; g++) search.tell(search.ask().map(cost));
  return search;
}

const at = (value: number, n: number): number[] => new Array(n).fill(value);

describe('CMA-ES', () => {
  it('finds the minimum of a sphere, at the rate that is known', () => {
    const search = follow(cmaEs({ start: at(1, 10), sigma: 0.5, seed: 1 }), sphere, 200);
    expect(sphere(search.recommended())).toBeLessThan(1e-12);
  });

  it.each([1, 2, 3])('learns the axes of a turned ellipsoid, seed %i', (seed) => {
    const options = { start: at(1, 8), sigma: 0.5, seed };
    expect(ellipsoid(follow(cmaEs(options), ellipsoid, 500).recommended())).toBeLessThan(1e-8);
    expect(
      ellipsoid(follow(cmaEs({ ...options, covariance: 'diagonal' }), ellipsoid, 500).recommended()),
    ).toBeGreaterThan(1e-6);
  });

  it('follows the valley of Rosenbrock', () => {
    const search = follow(cmaEs({ start: at(0, 6), sigma: 0.3, seed: 4 }), rosenbrock, 700);
    for (const value of search.recommended()) expect(value).toBeCloseTo(1, 5);
  });

  it('with many dimensions learns one scale for each', () => {
    const search = follow(cmaEs({ start: at(1, 60), sigma: 0.5, seed: 5 }), axes, 1200);
    expect(search.save().tensors.C.shape).toEqual([60]);
    expect(axes(search.recommended())).toBeLessThan(1e-6);
  });

  it('does not care about monotone changes of cost', () => {
    const [plain, bent] = [sphere, (x: Float64Array) => Math.exp(sphere(x)) - 3].map((cost) =>
      follow(cmaEs({ start: at(1, 5), sigma: 0.5 }), cost, 30).recommended(),
    );
    expect(bent).toEqual(plain);
  });
});

describe('OpenAI-ES', () => {
  it.each([1, 2, 3])('comes as near to the minimum of a sphere as its σ lets it, seed %i', (seed) => {
    const search = follow(es({ start: at(1, 10), sigma: 0.1, seed }), sphere, 300);
    expect(sphere(search.recommended())).toBeLessThan(0.05);
  });

  it('stays where nothing makes a difference', () => {
    expect(follow(es({ start: at(1, 4), sigma: 0.1 }), () => 7, 20).recommended()).toEqual(Float64Array.from(at(1, 4)));
  });

  it('refuses an odd population', () => {
    expect(() => es({ start: [0], sigma: 1, population: 5 })).toThrow(/population of 5, expected an even number/);
  });
});

it('random search recommends the best point it was told, and falls behind', () => {
  const told: number[] = [];
  const noting: Cost = (x) => {
    told.push(sphere(x));
    return sphere(x);
  };
  const search = follow(randomSearch({ start: at(1, 10), sigma: 0.5, population: 10 }), noting, 200);
  const best = sphere(search.recommended());
  expect(best).toBe(Math.min(...told));
  expect(best).toBeLessThan(10);
  expect(
    sphere(follow(cmaEs({ start: at(1, 10), sigma: 0.5, population: 10 }), sphere, 200).recommended()),
  ).toBeLessThan(best / 1e6);
});

const searches: readonly [string, (options: AskTellOptions) => AskTell][] = [
  ['cma-es', cmaEs],
  ['cma-es, diagonal', (options) => cmaEs({ ...options, covariance: 'diagonal' })],
  ['es', es],
  ['random search', randomSearch],
];

describe.each(searches)('%s', (_name, make) => {
  const options = { start: [0.5, -1, 2], sigma: 0.3, seed: 'bytes', population: 8 };
  const throughFile = (weights: Weights): Weights => {
    const card = { name: '', summary: '', data: [], command: '', seed: 0, backend: '', measured: {}, limits: [] };
    return parseModel(modelText({ kind: 'search', features: 0, card, weights }), 'here').weights;
  };

  it('gives the same bytes again; another seed gives others', () => {
    const [first, again] = [0, 1].map(() => follow(make(options), rosenbrock, 25).save());
    expect(again).toEqual(first);
    expect(follow(make({ ...options, seed: 'others' }), rosenbrock, 25).save()).not.toEqual(first);
  });

  it('goes on from what was saved, in a file, to the bytes of one that was not stopped', () => {
    const whole = follow(make(options), rosenbrock, 25).save();
    const half = throughFile(follow(make(options), rosenbrock, 11).save());
    expect(follow(make({ ...options, from: half }), rosenbrock, 14).save()).toEqual(whole);
  });

  it('asks the same until it is told', () => {
    const search = make(options);
    const first = search.ask().map((x) => x.slice());
    expect(first).toHaveLength(8);
    expect(search.ask()).toEqual(first);
    search.tell(first.map(sphere));
    expect(search.ask()).not.toEqual(first);
  });

  it('says what is wrong with what it is told', () => {
    expect(() => make(options).tell([1, 2])).toThrow(/told 2 costs, expected one for each of 8 points/);
    expect(() => make(options).tell([1, 2, 3, Number.NaN, 5, 6, 7, 8])).toThrow(/told NaN as cost of point 3/);
    const other = make({ ...options, start: [1] }).save();
    expect(() => make({ ...options, from: other })).toThrow(/a saved search has 1 numbers as ".*", expected 3 numbers/);
  });
});

it('eigenvectors of a symmetric matrix diagonalise it', () => {
  const n = 12;
  const { next } = stream(3, 'matrix');
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = next() - 0.5;
  const { values, vectors } = eigenOf(matrix, n);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) {
      let image = 0;
      for (let j = 0; j < n; j++) image += matrix[i * n + j] * vectors[j * n + k];
      expect(image).toBeCloseTo(values[k] * vectors[i * n + k], 10);
    }
});
