/** Stationary processes with independent gaps. Request n comes after n gaps, so that n requests take n / rate seconds in the mean. */
import { fromSeconds } from '../../time.js';
import { constantGaps, exponentialGaps, type Gaps, gammaGaps, weibullGaps } from './gaps.js';
import { type ArrivalProcess, expectPositive } from './process.js';

/** Coefficient of variation of a Gamma with shape .871. */
export const AZURE_CV = 1.0715;

/** A Poisson process of `rate` requests/s. */
export const poissonArrivals = (rate: number): ArrivalProcess => renewal(rate, exponentialGaps);

/** One request every 1 / `rate` seconds. */
export const deterministicArrivals = (rate: number): ArrivalProcess => renewal(rate, constantGaps);

/**
 * Gamma gaps: `rate` requests/s, coefficient of variation `cv` of the gaps (1 = Poisson).
 * @param cv [that of the Azure conversations, whose gaps have a shape of .871]
 */
export const gammaArrivals = (rate: number, cv: number = AZURE_CV): ArrivalProcess => renewal(rate, gammaGaps(cv));

/** Weibull gaps: `rate` requests/s, coefficient of variation `cv` of the gaps in .001 … 10,000 (1 = Poisson). */
export const weibullArrivals = (rate: number, cv: number): ArrivalProcess => renewal(rate, weibullGaps(cv));

function renewal(rate: number, gaps: Gaps): ArrivalProcess {
  expectPositive('rate', rate);
  return (count, from) => {
    const times = new Float64Array(count);
    let now = 0;
    for (let k = 0; k < count; k++) {
      now += gaps.next(from) / rate;
      times[k] = fromSeconds(now);
    }
    return times;
  };
}
