/**
 * Mean response times of the serial engine against M/M/1, M/D/1 and M/G/1 (Weibull, squared coefficient of variation 5): within 4
 * standard errors, and again within the smaller errors that control variates leave. SERVEGYM_LONG=1 takes two
 * million requests (las, which turns every step, half a million) and more loads.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { las } from '../../agents/schedulers/las.js';
import { psjf } from '../../agents/schedulers/psjf.js';
import { random } from '../../agents/schedulers/random.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { createLoad, errorsOff, type Load, type Measured, measure, responses } from './load.js';
import { type Discipline, meanResponse } from './mg1.js';
import { finishTimes, lcfs, onEvents, STEP, serve } from './serial.js';
import { constantSizes, geometricSizes, weibullSizes } from './sizes.js';

const long = Boolean(process.env.SERVEGYM_LONG);
/** Where one turn a job suffices, and where it takes one a step. */
const REQUESTS = long ? 2_000_000 : 20_000;
const STEPWISE = long ? 500_000 : 20_000;
const TIMEOUT = long ? 3_600_000 : 120_000;
const LOADS = [0.5, 0.7, 0.8, 0.9];
const MEAN_STEPS = 10;
const SIZES = [geometricSizes(MEAN_STEPS), constantSizes(MEAN_STEPS), weibullSizes(MEAN_STEPS)];

const schedulers: Record<Discipline, () => Scheduler> = { fcfs, sjf, psjf, srpt: onEvents(srpt), las };
const disciplines = Object.keys(schedulers) as Discipline[];

function respond(load: Load, scheduler: () => Scheduler): Measured {
  const times = responses(load, finishTimes(serve(load.workload, scheduler)));
  // Of fcfs the work found is the answer itself: there only sizes and gaps are left to explain it.
  return measure(times, load, scheduler === fcfs ? load.inputs : load.controls);
}

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

const all = LOADS.flatMap((rho, i) => SIZES.map((sizes, k) => ({ sizes, rho, seed: 100 + 10 * i + k })));
/** Every kind of size, and one of them at two loads. */
const cells = long ? all : all.filter(({ rho }, k) => rho === 0.7 || k === 0);

describe.each(cells.map((cell) => [cell.sizes.name, cell.rho, cell] as const))(
  '%s sizes at load %d',
  { timeout: TIMEOUT },
  (_name, rho, { sizes, seed }) => {
    let load: Load;
    beforeAll(() => {
      load = createLoad(sizes, rho, REQUESTS, seed);
    });

    it('fcfs: every single request finishes when Lindley’s recursion says', () => {
      const { workload, work } = load;
      const finished = finishTimes(serve(workload, fcfs));
      const wrong = finished.findIndex(
        (time, r) => time !== workload.arrival[r] + work[r] + workload.outputTokens[r] * STEP,
      );
      expect(wrong).toBe(-1);
    });

    it.each(disciplines)('%s', (discipline) => {
      const own = discipline === 'las' && STEPWISE !== REQUESTS;
      const stream = own ? createLoad(sizes, rho, STEPWISE, seed) : load;
      const { plain, tight } = respond(stream, schedulers[discipline]);
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
  const [{ sizes, rho, seed }] = cells;
  const load = createLoad(sizes, rho, STEPWISE, seed);
  it.each([
    ['last come, first served', lcfs],
    ['random', random],
  ])('%s', (_name, scheduler) => {
    const { plain, tight } = respond(load, scheduler);
    const expected = meanResponse('fcfs', load.sizes, load.rho);
    expect(errorsOff(plain, expected)).toBeLessThan(4);
    expect(errorsOff(tight, expected)).toBeLessThan(4);
  });
});
