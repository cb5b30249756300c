/** Scheduling with predictions of Purohit et al.: what noise costs, and what preferential round robin keeps. */
import { normal } from '../../../env/distributions.js';
import { luck, stream } from '../../../env/random.js';
import type { Forecast, Predictor } from '../../../env/serving/beliefs.js';
import { meanInterval } from '../../bootstrap.js';
import { resolveScheduler } from '../../catalogue.js';
import { exact, type Figure, near, type Paper } from '../paper.js';
import { finishTimes, jobsOf, STEP } from '../queue.js';

/** Jobs of an instance, all there at time 0. */
const JOBS = 50;
const TAIL = 1.1;
/** Steps of the smallest job. */
const FINE = 10;
/** No job is longer than so many smallest ones: one instance in a thousand would have one, and serve it alone for most of its time. */
const LONGEST = 20_000;
const SIGMAS = [0, 5, 10, 50, 100, 1000];

/** A scheduler, the guarantee given the mean error of a size (in smallest ones), and the mean of ALG/OPT at each sigma. */
interface Arm {
  readonly scheduler: string;
  bound(meanError: number): number;
  readonly expected: readonly number[];
}

const preferential = (lambda: number, expected: readonly number[]): Arm => ({
  scheduler: `prr:lambda=${lambda}`,
  bound: (meanError) => Math.min((1 + 2 * meanError) / lambda, 2 / (1 - lambda)),
  expected,
});

const ARMS: Readonly<Record<string, Arm>> = {
  RR: { scheduler: 'rr', bound: () => 2, expected: [1.89, 1.89, 1.89, 1.89, 1.88, 1.88] },
  SPJF: {
    scheduler: 'psjf',
    bound: (meanError) => 1 + 2 * meanError,
    expected: [1, 1.25, 1.38, 1.82, 2, 2.46],
  },
  'PRR .25': preferential(0.25, [1.53, 1.72, 1.78, 1.9, 1.91, 1.96]),
  'PRR .5': preferential(0.5, [1.3, 1.57, 1.67, 1.94, 2, 2.13]),
  'PRR .75': preferential(0.75, [1.13, 1.41, 1.55, 1.94, 2.08, 2.36]),
};

/** The size plus Gaussian noise, in steps. */
const gaussianError = (sigma: number) => (): Predictor => {
  let forecast: Forecast;
  let draw: ReturnType<typeof luck>;
  return {
    name: 'gaussian',
    information: 'predicted',
    reset(given) {
      forecast = given;
      draw = luck(given.seed, 'papers/purohit-noise');
    },
    arrive(r) {
      const key = forecast.requests.key[r];
      forecast.beliefs.length[r] = forecast.truth.outputTokens(r) + FINE * sigma * normal(draw(key, 0), draw(key, 1));
    },
  };
};

/** Pareto sizes of one instance, in steps. */
function sizesOf(seed: number): Int32Array {
  const { next } = stream(seed, 'sizes');
  return Int32Array.from({ length: JOBS }, () => Math.round(FINE * Math.min(LONGEST, (1 - next()) ** (-1 / TAIL))));
}

/** Σ over i of how many jobs wait for the i-th shortest. */
const optimum = (sizes: Int32Array): number =>
  Int32Array.from(sizes)
    .sort()
    .reduce((sum, size, i) => sum + (JOBS - i) * size, 0);

/** The table is of so many instances a cell. */
const TABLED = 400;

/**
 * How far a mean of ALG/OPT may be from the table's: .05; at the largest noise four standard errors of the table's own instances,
 * where a single one decides much and .05 is not to be had.
 * @param ratios of the cell
 */
export const tolerance = (sigma: number, ratios: readonly number[]): number =>
  sigma < 1000 ? 0.05 : Math.max(0.05, (4 * spreadOf(ratios)) / Math.sqrt(TABLED));

/** By arm and sigma, in the order of the tables: ALG/OPT, and that divided by its guarantee. */
interface Sample {
  readonly ratio: readonly (readonly number[])[];
  readonly ofBound: readonly (readonly number[])[];
}

export const purohitNoise: Paper<Sample> = {
  title: 'Online scheduling with predictions: bounds and the price of noise',
  source:
    'Purohit, Svitkina, Kumar, NeurIPS 2018 (bounds); the table is of the same workload by two independent programs',
  claim:
    'Round robin is at most 2 times the optimum, shortest predicted first 1 + 2η/n, preferential round robin min{(1 + 2η/n)/λ, 2/(1 − λ)}; noise moves them from one end to the other.',
  setting: `${JOBS} jobs at once, one served at a time, sizes Pareto with tail 1.1 (none above ${LONGEST.toLocaleString('en-US')} smallest ones), predictions with Gaussian noise σ; ${FINE} steps to the smallest job. A seed is an instance. Tolerance .05; at σ 1000 four standard errors of a mean of the table's ${TABLED} instances.`,
  seeds: { full: 400, quick: 25 },
  open: async () => (seed) => {
    const sizes = sizesOf(seed);
    const jobs = jobsOf('instance', new Float64Array(JOBS), sizes);
    const opt = optimum(sizes);
    const cells = Object.values(ARMS).map(({ scheduler, bound }) => {
      const { make, reads } = resolveScheduler(scheduler);
      let ratio = 0;
      return SIGMAS.map((sigma, k) => {
        if (k === 0 || reads === 'length')
          ratio = finishTimes(jobs, make, gaussianError(sigma), seed).reduce((sum, time) => sum + time / STEP, 0) / opt;
        return { ratio, ofBound: ratio / bound(meanError(sizes, seed, sigma)) };
      });
    });
    return {
      ratio: cells.map((row) => row.map((cell) => cell.ratio)),
      ofBound: cells.map((row) => row.map((cell) => cell.ofBound)),
    };
  },
  conclude(samples) {
    const figures = Object.entries(ARMS).flatMap(([arm, { expected }], a) =>
      SIGMAS.map((sigma, k): Figure => {
        const ratios = samples.map(({ ratio }) => ratio[a][k]);
        return {
          what: `${arm}, σ ${sigma}: ALG/OPT`,
          unit: '',
          expected: near(expected[k], tolerance(sigma, ratios)),
          measured: meanInterval(ratios),
        };
      }),
    );
    const worst = samples.reduce((most, { ofBound }) => Math.max(most, ...ofBound.flat()), 0);
    const violations = samples.reduce(
      (sum, { ofBound }) => sum + ofBound.flat().filter((share) => share > 1).length,
      0,
    );
    const spread = spreadOf(samples.map(({ ratio }) => ratio[1][SIGMAS.length - 1]));
    return {
      figures: [
        { what: 'violations of a bound', unit: '', expected: near(0, 0), measured: exact(violations) },
        { what: 'largest ALG/OPT as a share of its bound', unit: '', expected: null, measured: exact(worst) },
        ...figures,
      ],
      notes: [
        `Of SPJF at σ ${SIGMAS.at(-1)} ALG/OPT has a standard deviation of ${spread.toFixed(1)} over instances, so ${TABLED} of them, the table's, know its mean to ±${((1.96 * spread) / Math.sqrt(TABLED)).toFixed(2)} (95 %).`,
      ],
    };
  },
};

/** η/n: the mean error of a size, in smallest ones, of the noise that the predictor draws. */
function meanError(sizes: Int32Array, seed: number, sigma: number): number {
  const draw = luck(seed, 'papers/purohit-noise');
  return sizes.reduce((sum, _, key) => sum + sigma * Math.abs(normal(draw(key, 0), draw(key, 1))), 0) / sizes.length;
}

function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
