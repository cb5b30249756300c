/**
 * Gamma arrivals, exponential sizes, one server in order of arrival (GI/M/1): the mean response time, and its quantiles, since
 * it is exponential too. SERVEGYM_LONG=1 takes two million requests and a load of .9.
 */
import { describe, expect, it } from 'vitest';
import { stream } from '../../env/random.js';
import { fcfs } from '../../env/serving/policy.js';
import { gammaArrivals } from '../../env/workloads/arrivals.js';
import { errorsOff, type Load, loadOf, measure, responses } from './load.js';
import { type Control, estimate } from './regenerative.js';
import { finishTimes, STEP, serialWorkload, serve } from './serial.js';
import { geometricSizes } from './sizes.js';

const long = Boolean(process.env.SERVEGYM_LONG);
const REQUESTS = long ? 2_000_000 : 10_000;

/** So many steps to a mean size that whole steps are as good as an exponential. */
const SIZES = geometricSizes(1000);

/** Mean response times for sizes of mean 1, computed by others. */
const TABLE = [
  { cv: 0.5, means: { 0.5: 1.433, 0.8: 3.267, 0.9: 6.383 } },
  { cv: 1, means: { 0.5: 2, 0.8: 5, 0.9: 10 } },
  { cv: 2, means: { 0.5: 4.361, 0.8: 11.955, 0.9: 24.479 } },
  { cv: 4, means: { 0.5: 13.9, 0.8: 39.804, 0.9: 82.407 } },
] as const;
const LOADS = [0.5, 0.8, 0.9] as const;

/** E[T] = 1/(1 − σ): σ is the Laplace transform of the gaps at 1 − σ, found by halving (there is one root below 1). */
function meanGIM1(cv: number, rho: number): number {
  const transform = (sigma: number): number => (1 + ((1 - sigma) * cv * cv) / rho) ** (-1 / (cv * cv));
  let low = 0;
  let high = 1 - 1e-9;
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (transform(middle) > middle) low = middle;
    else high = middle;
  }
  return 1 / (1 - low);
}

function bursty(cv: number, rho: number): Omit<Load, 'controls'> {
  const perSecond = rho / (SIZES.mean * (STEP / 1e6));
  const sizes = stream(11, 'sizes');
  const arrival = gammaArrivals(perSecond, cv)(REQUESTS, stream(11, `arrivals ${cv} ${rho}`));
  const steps = Int32Array.from({ length: REQUESTS }, () => SIZES.draw(sizes.next()));
  return loadOf(serialWorkload(`Gamma, cv ${cv}, load ${rho}`, arrival, steps), SIZES, rho);
}

/** Sizes and gaps, and their squares. */
function controlsOf({ inputs: [sizes, gaps] }: Omit<Load, 'controls'>, cv: number): Control[] {
  return [
    sizes,
    gaps,
    { values: sizes.values.map((x) => x * x), mean: SIZES.second },
    { values: gaps.values.map((x) => x * x), mean: (1 + cv * cv) * gaps.mean ** 2 },
  ];
}

it('the formula: the published means', () => {
  for (const { cv, means } of TABLE) {
    for (const rho of LOADS) expect(meanGIM1(cv, rho)).toBeCloseTo(means[rho], 2);
  }
});

/** In a short run the longest queues are seen too seldom. */
const LONGEST = long ? Infinity : 14;
const cells = TABLE.flatMap(({ cv, means }) =>
  LOADS.filter((rho) => means[rho] < LONGEST && (long || rho < 0.9)).map((rho) => [cv, rho] as const),
);

describe.each(cells)(
  'gaps with a coefficient of variation of %d, load %d',
  { timeout: long ? 3_600_000 : 120_000 },
  (cv, rho) => {
    const expected = meanGIM1(cv, rho) * SIZES.mean;

    it('mean, and the 50th, 90th and 99th percentile', () => {
      const load = bursty(cv, rho);
      const times = responses(load, finishTimes(serve(load.workload, fcfs)));
      const { plain, tight } = measure(times, load, controlsOf(load, cv));
      const figures = `${tight.mean} ± ${tight.error} (${plain.mean} ± ${plain.error}), expected ${expected}`;
      if (long) console.info(cv, rho, figures);
      expect(errorsOff(plain, expected), figures).toBeLessThan(4);
      expect(errorsOff(tight, expected), figures).toBeLessThan(4);
      for (const share of [0.5, 0.9, 0.99]) {
        const quantile = -Math.log1p(-share) * expected;
        const within = estimate(
          times.map((time) => Number(time <= quantile)),
          load.firsts,
        );
        if (long) console.info(cv, rho, `P(T ≤ ${quantile}) = ${within.mean} ± ${within.error}`);
        expect(errorsOff(within, share), `share ${share}: ${within.mean} ± ${within.error}`).toBeLessThan(4);
      }
    });
  },
);
