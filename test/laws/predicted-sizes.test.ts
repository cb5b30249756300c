/**
 * Scheduling by predicted sizes against SOAP: shortest predicted remaining time with limited preemption (TRAIL), from
 * non-preemptive (C = 0) to full (C = 1), and preemptive by predicted size, with a perfect and an exponential predictor.
 * SERVEGYM_LONG=1 takes two million requests, shorter steps and all rows of the table.
 */
import { describe, expect, it } from 'vitest';
import { psjf } from '../../agents/schedulers/psjf.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { trail } from '../../agents/schedulers/trail.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { exponentialGuesses, type Guesses, perfectGuesses } from './guesses.js';
import { errorsOff, measure, responses } from './load.js';
import { meanResponse } from './mg1.js';
import { createPredictedLoad, type PredictedLoad, told } from './predicted-load.js';
import { estimate } from './regenerative.js';
import { finishTimes, onEvents, serve } from './serial.js';
import { constantSizes, geometricSizes, type Sizes, weibullSizes } from './sizes.js';
import { byBelief, limitedPreemption, predictedResponse, type Rank } from './soap.js';

const long = Boolean(process.env.SERVEGYM_LONG);
const REQUESTS = long ? 2_000_000 : 8000;
const MEAN_STEPS = long ? 40 : 10;
const TIMEOUT = long ? 3_600_000 : 120_000;

interface Arm {
  readonly name: string;
  readonly rank: Rank;
  readonly scheduler: () => Scheduler;
}

const SHARES = [0, 0.2, 0.5, 0.8, 1];
const arms: readonly Arm[] = [
  ...SHARES.map((share) => ({
    name: `C = ${share}`,
    rank: limitedPreemption(share),
    scheduler: onEvents(() => trail({ share })),
  })),
  { name: 'PSPJF', rank: byBelief, scheduler: psjf },
];

type Kind = 'perfect' | 'exponential';
type Family = 'exponential' | 'Weibull';

/** Means of the arms for continuous sizes of mean 1, integrated numerically by others from the formula in continuous time. */
const TABLE: readonly (readonly [Family, Kind, rho: number, means: readonly number[]])[] = [
  ['exponential', 'perfect', 0.5, [1.713, 1.585, 1.47, 1.429, 1.425, 1.531]],
  ['exponential', 'perfect', 0.8, [2.882, 2.638, 2.429, 2.358, 2.353, 2.659]],
  ['exponential', 'perfect', 0.9, [4.197, 3.89, 3.639, 3.557, 3.552, 4.052]],
  ['exponential', 'exponential', 0.5, [1.795, 1.703, 1.673, 1.662, 1.659, 1.664]],
  ['exponential', 'exponential', 0.8, [3.376, 3.196, 3.161, 3.144, 3.139, 3.195]],
  ['exponential', 'exponential', 0.9, [5.361, 5.142, 5.124, 5.107, 5.1, 5.224]],
  ['Weibull', 'perfect', 0.8, [4.648, 3.697, 2.734, 2.282, 2.218, 2.462]],
  ['Weibull', 'exponential', 0.5, [2.921, 2.451, 2.13, 1.988, 1.942, 1.645]],
  ['Weibull', 'exponential', 0.8, [5.317, 4.424, 3.848, 3.598, 3.52, 3.017]],
  ['Weibull', 'exponential', 0.9, [7.409, 6.301, 5.619, 5.324, 5.235, 4.673]],
];

/** Beliefs end at 100 mean sizes, 200 where the table must be met to its last digit. */
function guessesOf(family: Family, kind: Kind, meanSteps: number, longest = long ? 200 : 100): Guesses {
  const sizes: Sizes = family === 'Weibull' ? weibullSizes(meanSteps) : geometricSizes(meanSteps);
  return kind === 'perfect' ? perfectGuesses(sizes) : exponentialGuesses(sizes, longest * meanSteps);
}

const cases: readonly (readonly [Family, Kind])[] = [
  ['exponential', 'perfect'],
  ['exponential', 'exponential'],
  ['Weibull', 'perfect'],
  ['Weibull', 'exponential'],
];

describe('the formula', () => {
  it.each(cases)('%s sizes, %s predictor: as steps become short, that of continuous time', (family, kind) => {
    const coarse = family === 'Weibull' && !long ? 5 : MEAN_STEPS / 2;
    const fine = 2 * coarse;
    arms.forEach(({ name, rank }, arm) => {
      const [far, near] = [coarse, fine].map((steps) => predictedResponse(rank, guessesOf(family, kind, steps)));
      for (const [, , rho, means] of TABLE.filter(([f, k]) => f === family && k === kind)) {
        // What steps add is proportional to their length, so twice the nearer minus the farther is without it.
        const limit = (2 * near(rho)) / fine - far(rho) / coarse;
        expect(Math.abs(limit / means[arm] - 1), `${name} at ${rho}: ${limit}, expected ${means[arm]}`).toBeLessThan(
          long ? 0.002 : 0.006,
        );
      }
    });
  });

  it('perfect predictions: sjf, srpt and psjf of M/G/1', () => {
    for (const sizes of [geometricSizes(7), weibullSizes(4), constantSizes(6)]) {
      for (const rho of [0.4, 0.9]) {
        const mean = (rank: Rank): number => predictedResponse(rank, perfectGuesses(sizes))(rho);
        expect(mean(limitedPreemption(0)) / meanResponse('sjf', sizes, rho)).toBeCloseTo(1, 4);
        expect(mean(limitedPreemption(1)) / meanResponse('srpt', sizes, rho)).toBeCloseTo(1, 4);
        expect(mean(byBelief) / meanResponse('psjf', sizes, rho)).toBeCloseTo(1, 4);
      }
    }
  });

  it('a predictor that says the same of everyone: every arm is fcfs', () => {
    const sizes = weibullSizes(4);
    for (const { name, rank } of arms) {
      const mean = predictedResponse(rank, exponentialGuesses(sizes, 1))(0.7);
      expect(mean / meanResponse('fcfs', sizes, 0.7), name).toBeCloseTo(1, 4);
    }
  });
});

/** When each request finished, µs. */
const finished = ({ workload, believed }: PredictedLoad, scheduler: () => Scheduler): Float64Array =>
  finishTimes(serve(workload, scheduler, [], told(believed)));

const differing = (a: Float64Array, b: Float64Array): number => a.filter((time, r) => time !== b[r]).length;

describe('trail', () => {
  const load = createPredictedLoad(guessesOf('Weibull', 'exponential', 10), 0.8, 2000, 3);

  it('C = 0 is sjf, C = 1 is srpt, to the µs', () => {
    expect(
      differing(
        finished(load, () => trail({ share: 0 })),
        finished(load, sjf),
      ),
    ).toBe(0);
    expect(
      differing(
        finished(load, () => trail({ share: 1 })),
        finished(load, srpt),
      ),
    ).toBe(0);
    expect(
      differing(
        finished(load, () => trail({ share: 0.5 })),
        finished(load, srpt),
      ),
    ).toBeGreaterThan(100);
  });

  it('one turn a job suffices: asked at events only it serves as if asked every step', () => {
    for (const share of SHARES) {
      const make = (): Scheduler => trail({ share });
      expect(differing(finished(load, onEvents(make)), finished(load, make))).toBe(0);
    }
  });
});

const ROWS = long
  ? TABLE.map(([family, kind, rho]) => [family, kind, rho] as const)
  : cases.map((c) => [...c, 0.7] as const);

describe.each(ROWS)('%s sizes, %s predictor, load %d', { timeout: TIMEOUT }, (family, kind, rho) => {
  const guesses = guessesOf(family, kind, MEAN_STEPS);

  it('every arm within 4 standard errors, and so what each gains on the one before', () => {
    const load = createPredictedLoad(guesses, rho, REQUESTS, 5);
    const published = TABLE.find((row) => row[0] === family && row[1] === kind && row[2] === rho);
    let before: { times: Float64Array; expected: number } = { times: new Float64Array(REQUESTS), expected: 0 };
    arms.forEach(({ name, rank, scheduler }, arm) => {
      const times = responses(load, finished(load, scheduler));
      const expected = predictedResponse(rank, guesses)(rho);
      const { plain, tight } = measure(times, load, load.controls);
      const figures = `${name}: ${tight.mean} ± ${tight.error}, expected ${expected}`;
      if (long) console.info(guesses.sizes.name, kind, rho, figures);
      expect(errorsOff(plain, expected), figures).toBeLessThan(4);
      expect(errorsOff(tight, expected), figures).toBeLessThan(4);
      expect(tight.error, figures).toBeLessThan(0.5 * plain.error);
      const step = times.map((time, r) => time - before.times[r]);
      expect(errorsOff(estimate(step, load.firsts, load.controls), expected - before.expected), figures).toBeLessThan(
        4,
      );
      before = { times, expected };
      if (published) {
        const tolerance = rho < 0.9 ? 0.015 : 0.03;
        expect(Math.abs(tight.mean / guesses.sizes.mean / published[3][arm] - 1), figures).toBeLessThan(tolerance);
      }
    });
  });
});
