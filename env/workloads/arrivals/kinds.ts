/** Arrival processes by name, with their parameters as data: what settings and the command line choose from. */
import { readData } from '../../files.js';
import { defaults, number, type Parameters, text, type Values, type ValuesOf } from '../../parameters.js';
import { azureMinuteArrivals } from './azure.js';
import { gammaGaps } from './gaps.js';
import { onOffArrivals } from './on-off.js';
import { type ArrivalProcess, arriveAtOnce } from './process.js';
import { type RateCurve, rateCurveArrivals } from './rate-curve.js';
import { AZURE_CV, deterministicArrivals, gammaArrivals, poissonArrivals, weibullArrivals } from './renewal.js';

/** A process that can be named. */
export interface NamedArrivals {
  readonly summary: string;
  readonly parameters: Parameters;
  /**
   * The process with a mean of `rate` requests/s.
   * @param values of its parameters; those left out take their defaults
   * @throws RangeError or Error naming the value that is not allowed
   */
  make(rate: number, values?: Values): ArrivalProcess;
}

function kind<const P extends Parameters>(
  summary: string,
  parameters: P,
  make: (rate: number, values: ValuesOf<P>) => ArrivalProcess,
): NamedArrivals {
  return {
    summary,
    parameters,
    make: (rate, values = {}) => make(rate, { ...defaults(parameters), ...values } as ValuesOf<P>),
  };
}

const CV = 'coefficient of variation of the gaps; 1 = Poisson';
const rates = {
  high: number(1.7, 1e-6, 1e6, 'busy rate; only its ratio to low counts'),
  low: number(0.3, 0, 1e6, 'calm rate'),
};
const requests = (value: number, doc: string) => number(value, 1e-3, 1e9, `${doc}, in requests at the mean rate`);

export const arrivalKinds: Readonly<Record<string, NamedArrivals>> = {
  poisson: kind('independent requests', {}, (rate) => poissonArrivals(rate)),
  gamma: kind('Gamma gaps', { cv: number(AZURE_CV, 0.01, 1000, CV) }, (rate, { cv }) => gammaArrivals(rate, cv)),
  weibull: kind('Weibull gaps: more of the very long ones', { cv: number(2, 0.01, 1000, CV) }, (rate, { cv }) =>
    weibullArrivals(rate, cv),
  ),
  deterministic: kind('a request every 1 / rate seconds', {}, (rate) => deterministicArrivals(rate)),
  'on-off': kind(
    'Poisson, busy and calm in turn; phases of uniform length',
    { ...rates, shortest: requests(150, 'shortest phase'), longest: requests(250, 'longest phase') },
    (rate, { high, low, shortest, longest }) => onOffArrivals(rate, { high, low, phase: [shortest, longest] }),
  ),
  mmpp: kind(
    'Poisson, busy and calm in turn; phases of exponential length (MMPP-2)',
    { ...rates, phase: requests(200, 'mean phase') },
    (rate, values) => onOffArrivals(rate, values),
  ),
  curve: kind(
    'a rate that moves in windows, again and again',
    {
      rates: text(
        '1/3/2/1',
        'rates of the windows in requests/s; at another mean rate all of it runs faster or slower',
      ),
      window: number(300, 1e-3, 1e9, 'seconds of a window'),
      file: text('', 'JSON or YAML instead of rates: { points: [[second, rate], …], end: second }'),
      cv: number(1, 0.01, 1000, CV),
    },
    (rate, { rates, window, file, cv }) =>
      rateCurveArrivals(rate, file === '' ? windows(rates, window) : curveFile(file), { gaps: gammaGaps(cv) }),
  ),
  'azure-minutes': kind('the hour of the Azure conversations, minute by minute', {}, (rate) =>
    azureMinuteArrivals(rate),
  ),
  'at-once': kind('everything at time 0', {}, () => arriveAtOnce),
};

/** Rates written as 1/3/2, one a window. */
function windows(rates: string, window: number): RateCurve {
  const each = rates.split('/').map((rate) => (rate.trim() === '' ? Number.NaN : Number(rate)));
  if (!each.every((rate) => rate >= 0 && rate < Infinity))
    throw new RangeError(`arrivals: rates is ${JSON.stringify(rates)}, expected numbers ≥ 0 like 1/3/2`);
  return { points: each.map((rate, k) => [k * window, rate]), end: each.length * window };
}

/** @throws Error that names the file and what was expected */
function curveFile(file: string): RateCurve {
  const { points, end } = (readData(file) ?? {}) as Partial<RateCurve>;
  const isPair = (point: unknown): boolean =>
    Array.isArray(point) && point.length === 2 && point.every((value) => typeof value === 'number');
  if (typeof end === 'number' && Array.isArray(points) && points.every(isPair)) return { points, end };
  throw new Error(`${file}: expected a rate curve { points: [[second, rate], …], end: second }`);
}
