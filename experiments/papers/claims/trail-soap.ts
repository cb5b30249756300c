/** TRAIL's queue: SRPT with limited preemption in M/G/1, against its closed form. */

import { psjf } from '../../../agents/schedulers/psjf.js';
import { trail } from '../../../agents/schedulers/trail.js';
import { exponential } from '../../../env/distributions.js';
import { luck } from '../../../env/random.js';
import type { Forecast, Predictor } from '../../../env/serving/beliefs.js';
import type { Scheduler } from '../../../env/serving/policy.js';
import { oracle } from '../../../predictors/oracle.js';
import type { Interval } from '../../bootstrap.js';
import { type Figure, near, type Paper } from '../paper.js';
import {
  controlled,
  fcfsExpected,
  fcfsResponse,
  finishTimes,
  meanResponse,
  poissonJobs,
  type SizeLaw,
  STEP,
  sizesOf,
} from '../queue.js';

/** The prediction of a size x is exponential with mean x, drawn once. */
const exponentialError = (): Predictor => {
  let forecast: Forecast;
  let draw: ReturnType<typeof luck>;
  return {
    name: 'exponential',
    information: 'predicted',
    reset(given) {
      forecast = given;
      draw = luck(given.seed, 'papers/trail-soap');
    },
    arrive(r) {
      forecast.beliefs.length[r] = forecast.truth.outputTokens(r) * exponential(draw(forecast.requests.key[r], 0));
    },
  };
};

/** Whoever is served only rises in these orders, so nothing changes between events. */
const onEvents = (make: () => Scheduler) => (): Scheduler => ({ ...make(), wakeIn: Infinity });

const ARMS: Readonly<Record<string, () => Scheduler>> = {
  ...Object.fromEntries([0, 0.2, 0.5, 0.8, 1].map((share) => [`C = ${share}`, onEvents(() => trail({ share }))])),
  PSPJF: psjf,
};

interface Row {
  readonly sizes: SizeLaw;
  readonly predictor: 'perfect' | 'exponential';
  readonly load: number;
  /** Mean response by arm, in mean sizes. */
  readonly expected: readonly number[];
}

/** By numerical integration of the SOAP formula: rank y − a while a < C·y, then nobody is better. */
const row = (sizes: SizeLaw, predictor: Row['predictor'], load: number, ...expected: number[]): Row => ({
  sizes,
  predictor,
  load,
  expected,
});
const TABLE: readonly Row[] = [
  row('exponential', 'perfect', 0.5, 1.713, 1.585, 1.47, 1.429, 1.425, 1.531),
  row('exponential', 'perfect', 0.8, 2.882, 2.638, 2.429, 2.358, 2.353, 2.659),
  row('exponential', 'perfect', 0.9, 4.197, 3.89, 3.639, 3.557, 3.552, 4.052),
  row('exponential', 'exponential', 0.5, 1.795, 1.703, 1.673, 1.662, 1.659, 1.664),
  row('exponential', 'exponential', 0.8, 3.376, 3.196, 3.161, 3.144, 3.139, 3.195),
  row('exponential', 'exponential', 0.9, 5.361, 5.142, 5.124, 5.107, 5.1, 5.224),
  row('Weibull', 'perfect', 0.8, 4.648, 3.697, 2.734, 2.282, 2.218, 2.462),
  row('Weibull', 'exponential', 0.5, 2.921, 2.451, 2.13, 1.988, 1.942, 1.645),
  row('Weibull', 'exponential', 0.8, 5.317, 4.424, 3.848, 3.598, 3.52, 3.017),
  row('Weibull', 'exponential', 0.9, 7.409, 6.301, 5.619, 5.324, 5.235, 4.673),
];

/** Of one row: the response of every arm and of first come, first served on the same jobs, in µs. */
interface Measured {
  readonly arms: readonly number[];
  readonly fcfs: number;
}

const tolerance = (load: number): number => (load > 0.8 ? 0.03 : 0.015);

export const trailSoap: Paper<readonly Measured[]> = {
  title: 'TRAIL: the closed form of SRPT with limited preemption',
  source:
    'Shahout et al., ICLR 2025, arXiv 2410.01035, states a closed form; ours follows from SOAP (Scully, Harchol-Balter, Scheller-Wolf 2018) and was integrated twice',
  claim:
    'Mean response times of M/G/1 for C = 0 (SPJF), .2, .5, .8, 1 (SPRPT) and for PSPJF, with perfect and with exponential predictions.',
  setting:
    'One request at a time, constant steps, 200 to a mean size, Poisson arrivals; exponential and Weibull sizes (SCV 5), loads .5, .8, .9; first come, first served on the same jobs is the control. Tolerance 1.5 %, at load .9 3 %.',
  seeds: { full: 30, quick: 4 },
  open: async (quick) => {
    const jobs = quick ? 4_000 : 20_000;
    const laws = { exponential: sizesOf('exponential'), Weibull: sizesOf('Weibull') };
    return (seed) =>
      TABLE.map(({ sizes, predictor, load }) => {
        const workload = poissonJobs(laws[sizes], load, jobs, seed);
        const believe = predictor === 'perfect' ? oracle : exponentialError;
        const response = (make: () => Scheduler): number =>
          meanResponse(workload, finishTimes(workload, make, believe, seed));
        return { arms: Object.values(ARMS).map(response), fcfs: fcfsResponse(workload) };
      });
  },
  conclude(samples) {
    const figures = TABLE.flatMap(({ sizes: law, predictor, load, expected }, k) => {
      const sizes = sizesOf(law);
      const measured = samples.map((sample) => sample[k]);
      const control = measured.map(({ fcfs }) => fcfs);
      return Object.keys(ARMS).map(
        (arm, a): Figure => ({
          what: `${law}, ${predictor}, load ${load}: ${arm}`,
          unit: '',
          expected: near(expected[a], tolerance(load) * expected[a], fcfsExpected(sizes, load) / (sizes.mean * STEP)),
          measured: inSizes(
            controlled(
              measured.map(({ arms }) => arms[a]),
              control,
              fcfsExpected(sizes, load),
            ),
            sizes.mean,
          ),
        }),
      );
    });
    return { figures };
  },
};

/** From µs to mean sizes. */
const inSizes = ({ value, low, high }: Interval, mean: number): Interval => ({
  value: value / (mean * STEP),
  low: low / (mean * STEP),
  high: high / (mean * STEP),
});
