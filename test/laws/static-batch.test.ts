/**
 * Jobs that are all there at time 0 (Purohit, Svitkina and Kumar, NeurIPS 2018): round robin, by prediction, and preferential
 * round robin against closed forms, their fluid schedule, the table of mean ratios to the optimum, and the proven bounds.
 * SERVEGYM_LONG=1 serves every cell of the table on the engine.
 */
import { describe, expect, it } from 'vitest';
import { prr } from '../../agents/schedulers/prr.js';
import { psjf } from '../../agents/schedulers/psjf.js';
import { rr } from '../../agents/schedulers/rr.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { stream } from '../../env/random.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { tolerance } from '../../experiments/papers/claims/purohit-noise.js';
import {
  anyInstance,
  type Instance,
  inSteps,
  optimum,
  paretoInstance,
  preferential,
  served,
  sharing,
  turns,
  worstRatio,
} from './static-batch.js';

const long = Boolean(process.env.SERVEGYM_LONG);
const INSTANCES = long ? 20_000 : 150;

const draws = stream(1, 'instances');
const instances = Array.from({ length: INSTANCES }, () => ({ instance: anyInstance(draws), lambda: draws.next() }));

/** Tells which law was broken where, without the cost of an assertion for every instance. */
function forAll(law: (instance: Instance, lambda: number) => boolean): void {
  const broken = instances.filter(({ instance, lambda }) => !law(instance, lambda));
  expect(broken.slice(0, 1)).toEqual([]);
}

const preferring = (lambda: number) => (): Scheduler => prr({ lambda });

describe('closed forms, exactly', () => {
  it('round robin with any quantum; with short turns never more than equal rates, less than twice the optimum', () => {
    forAll((instance) => {
      const quantum = 1 + (instance.sizes.length % 5);
      const inTurns = turns(instance, 1);
      return (
        served(instance, rr) === inTurns &&
        served(instance, () => rr({ quantum })) === turns(instance, quantum) &&
        inTurns <= sharing(instance) &&
        sharing(instance) < 2 * optimum(instance)
      );
    });
  });

  it('by prediction, preemptive or not, is preferential round robin that prefers with all it has', () => {
    forAll((instance) => {
      const sum = preferential(instance, 1);
      return [psjf, sjf, preferring(1)].every((scheduler) => served(instance, scheduler) === sum);
    });
  });

  it('nobody is preferred: equal rates as a fluid, round robin on the engine', () => {
    forAll(
      (instance) =>
        Math.abs(preferential(instance, 0) / sharing(instance) - 1) < 1e-9 &&
        served(instance, preferring(0)) === turns(instance, 1),
    );
  });
});

describe('the bounds', () => {
  it('hold for every λ, on the engine as for the fluid', () => {
    forAll((instance, lambda) => {
      const most = worstRatio(instance, lambda) * optimum(instance);
      return served(instance, preferring(lambda)) <= most && preferential(instance, lambda) <= most * (1 + 1e-9);
    });
  });

  it('are nearly met', () => {
    const alike = { sizes: new Float64Array(60).fill(50), believed: new Float64Array(60).fill(50) };
    expect(served(alike, rr) / optimum(alike)).toBeGreaterThan(1.9);
    // One long request believed short: waiting for it costs the others what the error says.
    const misled = { sizes: Float64Array.of(100, ...new Array(99).fill(1)), believed: new Float64Array(100).fill(1) };
    expect(served(misled, sjf) / optimum(misled)).toBeGreaterThan(0.9 * worstRatio(misled, 1));
  });
});

describe('Pareto sizes (α = 1.1), 50 jobs, normal errors', () => {
  const SIGMAS = [0, 5, 10, 50, 100, 1000];
  const LAMBDAS = [1, 0.25, 0.5, 0.75]; // of 1: by prediction
  /** Mean of the sum over the optimum by sigma: round robin, by prediction, λ = .25, .5, .75. Another program's 400 instances a cell. */
  const TABLE = [
    [1.89, 1, 1.53, 1.3, 1.13],
    [1.89, 1.25, 1.72, 1.57, 1.41],
    [1.89, 1.38, 1.78, 1.67, 1.55],
    [1.89, 1.82, 1.9, 1.94, 1.94],
    [1.88, 2, 1.91, 2, 2.08],
    [1.88, 2.46, 1.96, 2.13, 2.36],
  ];
  const COUNT = 400;

  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  /** Ratios to the optimum, by arm and instance. */
  const ratios = (sigma: number): number[][] => {
    const batch = Array.from({ length: COUNT }, (_, seed) => paretoInstance(seed, sigma));
    const sums = [sharing, ...LAMBDAS.map((lambda) => (instance: Instance) => preferential(instance, lambda))];
    return sums.map((sum) => batch.map((instance) => sum(instance) / optimum(instance)));
  };
  const cells = SIGMAS.map(ratios);
  const means = cells.map((arms) => arms.map(mean));

  it('every cell of the table, as near as the claim of papers has it', () => {
    cells.forEach((arms, row) => {
      arms.forEach((values, arm) => {
        const off = Math.abs(mean(values) - TABLE[row][arm]);
        expect(off, `σ ${SIGMAS[row]}, arm ${arm}: ${mean(values)}`).toBeLessThan(tolerance(SIGMAS[row], values));
      });
    });
  });

  it('consistency and robustness: by prediction is best without error and worst with much, round robin is blind to it', () => {
    for (let arm = 1; arm < 5; arm++) {
      for (let row = 1; row < SIGMAS.length; row++) expect(means[row][arm]).toBeGreaterThan(means[row - 1][arm]);
    }
    for (const [robin] of means) expect(robin).toBe(means[0][0]);
    const [robin, byPrediction, quarter, half, most] = means[0];
    expect(byPrediction).toBe(1);
    expect([robin, quarter, half, most, byPrediction]).toEqual([...means[0]].sort((a, b) => b - a));
    const worst = means[SIGMAS.length - 1];
    expect([worst[0], worst[2], worst[3], worst[4], worst[1]]).toEqual([...worst].sort((a, b) => a - b));
  });

  it('by prediction and round robin cross between errors of 50 and 100', () => {
    expect(means[3][1]).toBeLessThan(means[3][0]);
    expect(means[4][1]).toBeGreaterThan(means[4][0]);
  });

  it('on the engine: the fluid schedule, the closer the shorter its steps', () => {
    const batch = Array.from({ length: 3 }, (_, seed) => paretoInstance(seed, 10));
    for (const lambda of [0.25, 0.75]) {
      const [coarse, fine] = [5, 20].map((unit) =>
        mean(
          batch.map((given) => {
            const instance = inSteps(given, unit);
            return Math.abs(served(instance, preferring(lambda)) - preferential(instance, lambda)) / optimum(instance);
          }),
        ),
      );
      expect(fine).toBeLessThan(0.02);
      expect(fine).toBeLessThan(coarse / 2);
    }
  });

  it.skipIf(!long)('on the engine: every cell of the table', { timeout: 7_200_000 }, () => {
    const arms = [rr, psjf, ...LAMBDAS.slice(1).map(preferring)];
    SIGMAS.forEach((sigma, row) => {
      const batch = Array.from({ length: COUNT }, (_, seed) => inSteps(paretoInstance(seed, sigma), 10));
      arms.forEach((scheduler, arm) => {
        const measured = batch.map((instance) => served(instance, scheduler) / optimum(instance));
        console.info(`σ ${sigma}, arm ${arm}: ${mean(measured)}, ${TABLE[row][arm]} ± ${tolerance(sigma, measured)}`);
        expect(Math.abs(mean(measured) - TABLE[row][arm])).toBeLessThan(tolerance(sigma, measured));
      });
    });
  });
});
