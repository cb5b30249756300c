/**
 * Mean response times of the serial engine against M/M/1, M/D/1 and M/G/1 (Weibull, squared coefficient of variation 5): within 4
 * standard errors, and again within the smaller errors that control variates leave. SERVEGYM_LONG=1 takes ten times the
 * requests and higher loads.
 */
import { describe, expect, it } from 'vitest';
import { las } from '../../agents/schedulers/las.js';
import { psjf } from '../../agents/schedulers/psjf.js';
import { random } from '../../agents/schedulers/random.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import type { Workload } from '../../env/workloads/workload.js';
import { type Discipline, meanResponse, meanWork } from './mg1.js';
import { type Control, type Estimate, estimate } from './regenerative.js';
import { finishTimes, lcfs, poissonWorkload, STEP, serve, workFound } from './serial.js';
import { constantSizes, geometricSizes, type Sizes, weibullSizes } from './sizes.js';

const long = Boolean(process.env.SERVEGYM_LONG);
const REQUESTS = long ? 500_000 : 50_000;
const LOADS = long ? [0.5, 0.7, 0.8, 0.9] : [0.5, 0.7];
const MEAN_STEPS = 10;
const SIZES = [geometricSizes(MEAN_STEPS), constantSizes(MEAN_STEPS), weibullSizes(MEAN_STEPS)];

const schedulers: Record<Discipline, () => Scheduler> = { fcfs, sjf, psjf, srpt, las };
const disciplines = Object.keys(schedulers) as Discipline[];

/** One stream of requests, and what is known of it whatever the policy. Times are in steps. */
interface Load {
  readonly sizes: Sizes;
  readonly rho: number;
  readonly workload: Workload;
  readonly work: Float64Array;
  /** First requests of the busy cycles. */
  readonly firsts: Int32Array;
  /** Sizes, gaps between arrivals, and the work that arrivals find. */
  readonly controls: readonly Control[];
}

function createLoad(sizes: Sizes, rho: number, requests: number, seed: number): Load {
  const workload = poissonWorkload(sizes, rho, requests, seed);
  const { arrival, outputTokens, count } = workload;
  const work = workFound(workload);
  const firsts = Int32Array.from(work.keys()).filter((r) => work[r] === 0);
  const gaps = new Float64Array(count);
  for (let r = 0; r + 1 < count; r++) gaps[r] = (arrival[r + 1] - arrival[r]) / STEP;
  const controls = [
    { values: Float64Array.from(outputTokens), mean: sizes.mean },
    { values: gaps, mean: sizes.mean / rho },
    { values: work.map((w) => w / STEP), mean: meanWork(sizes, rho) },
  ];
  return { sizes, rho, workload, work, firsts, controls };
}

interface Measured {
  /** From response times alone. */
  readonly plain: Estimate;
  /** With the controls. */
  readonly tight: Estimate;
}

function measure({ workload, firsts, controls }: Load, scheduler: () => Scheduler): Measured {
  const times = finishTimes(serve(workload, scheduler)).map((time, r) => (time - workload.arrival[r]) / STEP);
  // Of fcfs the work found is the answer itself: there only sizes and gaps are left to explain it.
  const fair = scheduler === fcfs ? controls.slice(0, 2) : controls;
  return { plain: estimate(times, firsts), tight: estimate(times, firsts, fair) };
}

const errorsOff = ({ mean, error }: Estimate, expected: number): number => Math.abs(mean - expected) / error;

describe('the formulas', () => {
  // Continuous sizes of mean 1 at loads .5, .7, .8, .9, .95, integrated numerically by others.
  const loads = [0.5, 0.7, 0.8, 0.9, 0.95];
  const table: Record<Discipline, { exponential: number[]; Weibull: number[] }> = {
    fcfs: { exponential: [2, 3.3333, 5, 10, 20], Weibull: [4, 8, 13, 28, 58] },
    sjf: { exponential: [1.7127, 2.3122, 2.8822, 4.1969, 6.264], Weibull: [2.7866, 3.8579, 4.6493, 6.0424, 7.7265] },
    psjf: { exponential: [1.5314, 2.0839, 2.6589, 4.0518, 6.2648], Weibull: [1.492, 1.9786, 2.462, 3.5554, 5.1361] },
    srpt: { exponential: [1.4254, 1.8746, 2.3528, 3.5521, 5.541], Weibull: [1.4102, 1.8142, 2.2183, 3.1498, 4.5387] },
    las: { exponential: [2, 3.333, 5, 10, 20], Weibull: [1.8216, 2.8117, 3.9531, 7.0385, 12.488] },
  };
  const short = [geometricSizes(1000), weibullSizes(1000)];

  it.each(disciplines)('%s: as steps become short, the textbook’s', (discipline) => {
    for (const sizes of short) {
      const expected = table[discipline][sizes.name as 'exponential' | 'Weibull'];
      loads.forEach((rho, i) => {
        expect(Math.abs(meanResponse(discipline, sizes, rho) / sizes.mean / expected[i] - 1)).toBeLessThan(0.002);
      });
    }
  });

  it('equal sizes: every policy that goes by size is fcfs', () => {
    for (const discipline of ['sjf', 'psjf', 'srpt'] as const) {
      expect(meanResponse(discipline, constantSizes(10), 0.7)).toBeCloseTo(
        meanResponse('fcfs', constantSizes(10), 0.7),
        10,
      );
    }
    expect(meanResponse('fcfs', constantSizes(10), 0.5) / 10).toBeCloseTo(1 + 0.5 / (2 * 0.5), 10);
  });

  it('without memory sizes tell nothing: las is fcfs', () => {
    const sizes = geometricSizes(7);
    for (const rho of loads) expect(meanResponse('las', sizes, rho)).toBeCloseTo(meanResponse('fcfs', sizes, rho), 8);
  });
});

const loads = LOADS.flatMap((rho, i) => SIZES.map((sizes, k) => createLoad(sizes, rho, REQUESTS, 100 + 10 * i + k)));

describe.each(loads.map((load) => [load.sizes.name, load.rho, load] as const))(
  '%s sizes at load %d',
  (_name, rho, load) => {
    const { sizes, workload, work } = load;

    it('fcfs: every single request finishes when Lindley’s recursion says', () => {
      const finished = finishTimes(serve(workload, fcfs));
      const wrong = finished.findIndex(
        (time, r) => time !== workload.arrival[r] + work[r] + workload.outputTokens[r] * STEP,
      );
      expect(wrong).toBe(-1);
    });

    it.each(disciplines)('%s', (discipline) => {
      const { plain, tight } = measure(load, schedulers[discipline]);
      const expected = meanResponse(discipline, sizes, rho);
      expect(errorsOff(plain, expected)).toBeLessThan(4);
      expect(errorsOff(tight, expected)).toBeLessThan(4);
      expect(tight.error).toBeLessThan(0.9 * plain.error);
      if (discipline !== 'fcfs') expect(tight.error).toBeLessThan(0.6 * plain.error);
      // These errors are small enough to tell the policies apart.
      for (const other of disciplines) {
        const theirs = meanResponse(other, sizes, rho);
        if (Math.abs(theirs / expected - 1) > 0.15) expect(errorsOff(tight, theirs)).toBeGreaterThan(4);
      }
    });
  },
);

describe('size-blind policies, sizes without memory: all have the mean of fcfs', () => {
  const [load] = loads;
  it.each([
    ['last come, first served', lcfs],
    ['random', random],
  ])('%s', (_name, scheduler) => {
    const { plain, tight } = measure(load, scheduler);
    const expected = meanResponse('fcfs', load.sizes, load.rho);
    expect(errorsOff(plain, expected)).toBeLessThan(4);
    expect(errorsOff(tight, expected)).toBeLessThan(4);
  });
});
