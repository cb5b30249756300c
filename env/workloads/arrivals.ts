/** When requests come: each process turns a stream of random numbers into times. */
import { exponential, quantileTable } from '../distributions.js';
import type { Stream } from '../random.js';
import { fromSeconds } from '../time.js';
import { derived } from './derived.js';
import { gamma } from './gamma.js';

/** Ascending arrival times in µs of `count` requests. The same stream gives the same times. */
export type ArrivalProcess = (count: number, from: Stream) => Float64Array;

/** Everything at time 0: what measures capacity. */
export const arriveAtOnce: ArrivalProcess = (count) => new Float64Array(count);

/** A Poisson process of `rate` requests/s. */
export function poissonArrivals(rate: number): ArrivalProcess {
  expectPositive('rate', rate);
  return renewal((from) => exponential(from.next()) / rate);
}

/**
 * A renewal process with Gamma gaps: `rate` requests/s, coefficient of variation `cv` of the gaps (1 = Poisson).
 * The gaps of the Azure conversations have a shape of .871, which is a cv of 1.07.
 */
export function gammaArrivals(rate: number, cv: number = azureCv()): ArrivalProcess {
  expectPositive('rate', rate);
  expectPositive('cv', cv);
  const shape = 1 / (cv * cv);
  return renewal((from) => gamma(shape, from) / (shape * rate));
}

/** How an on/off process changes between its two rates. */
export interface OnOff {
  /** The two rates as multiples of the mean rate; their mean should be 1. [1.7 and .3] */
  readonly high?: number;
  readonly low?: number;
  /**
   * Length of a phase, counted in requests that come in that time at the mean rate: uniform between two numbers, or
   * one number: exponential with that mean, which makes it a two-state Markov-modulated Poisson process (MMPP-2). [150 … 250]
   */
  readonly phase?: number | readonly [number, number];
}

/** A Poisson process that switches between a high and a low rate; the first phase is either with probability ½. */
export function onOffArrivals(rate: number, { high = 1.7, low = 0.3, phase = [150, 250] }: OnOff = {}): ArrivalProcess {
  expectPositive('rate', rate);
  expectPositive('high', high);
  expectPositive('phase', typeof phase === 'number' ? phase : Math.min(...phase));
  if (!(low >= 0)) throw new RangeError(`arrivals: low is ${low}, expected a number ≥ 0`);
  const duration = (u: number): number =>
    (typeof phase === 'number' ? phase * exponential(u) : phase[0] + u * (phase[1] - phase[0])) / rate;
  return (count, from) => {
    const times = new Float64Array(count);
    let busy = from.next() < 0.5;
    let now = 0;
    let phaseEnd = duration(from.next());
    for (let k = 0; k < count; k++) {
      let work = exponential(from.next()); // expected arrivals until the next one; phases use it up at their rate
      for (;;) {
        const pace = rate * (busy ? high : low);
        const left = (phaseEnd - now) * pace;
        if (work <= left) {
          now += work / pace;
          break;
        }
        work -= left;
        now = phaseEnd;
        busy = !busy;
        phaseEnd += duration(from.next());
      }
      times[k] = fromSeconds(now);
    }
    return times;
  };
}

/**
 * The hour of the Azure conversations with its slow changes of load (a factor of 2.7), scaled to a mean of `rate`
 * requests/s: Gamma gaps in a time that runs with the recorded counts per minute. It begins at a random point of the
 * hour, which repeats. At the recorded rate it has the variance of counts of the trace at windows of 1 … 300 s; a stationary process
 * does not.
 */
export function azureMinuteArrivals(rate: number): ArrivalProcess {
  expectPositive('rate', rate);
  const { counts_per_minute: counts, last_bin_s, shape } = azure().minute_rate_x_gamma;
  const seconds = [0, ...counts.map((_, k) => (k < counts.length - 1 ? 60 * (k + 1) : 60 * k + last_bin_s))];
  const requests = [0];
  for (const n of counts) requests.push(requests[requests.length - 1] + n);
  const hour = { seconds: seconds[counts.length], requests: requests[counts.length] };
  const secondsAfter = quantileTable(requests, seconds);
  const requestsAfter = quantileTable(seconds, requests);
  const faster = (rate * hour.seconds) / hour.requests;
  return (count, from) => {
    const times = new Float64Array(count);
    const start = from.next() * hour.seconds;
    let work = requestsAfter(start);
    for (let k = 0; k < count; k++) {
      work += gamma(shape, from) / shape;
      const hours = Math.floor(work / hour.requests);
      const now = hours * hour.seconds + secondsAfter(work - hours * hour.requests);
      times[k] = fromSeconds((now - start) / faster);
    }
    return times;
  };
}

/** Independent gaps in seconds, one after another. */
function renewal(gap: (from: Stream) => number): ArrivalProcess {
  return (count, from) => {
    const times = new Float64Array(count);
    let now = 0;
    for (let k = 0; k < count; k++) {
      now += gap(from);
      times[k] = fromSeconds(now);
    }
    return times;
  };
}

interface AzureArrivals {
  readonly rate_per_s: number;
  readonly stationary_gamma: { readonly shape: number };
  readonly minute_rate_x_gamma: {
    readonly counts_per_minute: readonly number[];
    readonly last_bin_s: number;
    readonly shape: number;
  };
}

const azure = (): AzureArrivals => derived<{ arrivals: AzureArrivals }>('azure-conv').arrivals;
const azureCv = (): number => 1 / Math.sqrt(azure().stationary_gamma.shape);

/** Requests/s of the Azure conversations. */
export const azureRate = (): number => azure().rate_per_s;

function expectPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`arrivals: ${name} is ${value}, expected a number > 0`);
}
