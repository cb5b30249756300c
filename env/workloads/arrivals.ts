/** When requests come: each process turns a stream of random numbers into times. One process, one file, in `arrivals/`. */
export { azureCurve, azureMinuteArrivals, azureRate } from './arrivals/azure.js';
export { constantGaps, exponentialGaps, type Gaps, gammaGaps, weibullGaps } from './arrivals/gaps.js';
export { arrivalKinds, type NamedArrivals } from './arrivals/kinds.js';
export * from './arrivals/on-off.js';
export { type ArrivalProcess, arriveAtOnce } from './arrivals/process.js';
export { type CurveOptions, curveRate, type RateCurve, rateCurveArrivals } from './arrivals/rate-curve.js';
export {
  deterministicArrivals,
  gammaArrivals,
  poissonArrivals,
  weibullArrivals,
} from './arrivals/renewal.js';
