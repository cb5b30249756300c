/** Arrivals whose rate moves along a curve: a renewal process in a time that runs as fast as the curve is high. */
import { quantileTable } from '../../distributions.js';
import { fromSeconds } from '../../time.js';
import { exponentialGaps, type Gaps } from './gaps.js';
import { type ArrivalProcess, expectPositive } from './process.js';

/** A rate over time, constant between points. */
export interface RateCurve {
  /** [second, requests/s]: the rate from this second to the next point. Seconds ascend from 0; rates are ≥ 0, one at least above. */
  readonly points: readonly (readonly [second: number, rate: number])[];
  /** The second at which the last rate ends; then the curve begins again. */
  readonly end: number;
}

/** The area under a curve that repeats without end, and the way back. */
export interface CurveArea {
  /** Of one passage. */
  readonly total: number;
  /** From second 0 to `second`. */
  upTo(second: number): number;
  /** The second at which the area is `area`; where the rate is 0 for a while, the end of that while. */
  secondAt(area: number): number;
}

/** @throws RangeError naming what is wrong with the curve */
export function curveArea({ points, end }: RateCurve): CurveArea {
  checkCurve(points, end);
  const seconds = [...points.map(([second]) => second), end];
  const areas = [0];
  points.forEach(([second, rate], k) => {
    areas.push(areas[k] + rate * (seconds[k + 1] - second));
  });
  const total = areas[points.length];
  const areaAt = quantileTable(seconds, areas);
  const busy = points.flatMap(([, rate], k) => (rate > 0 ? [k] : []));
  const inverse = quantileTable(
    busy.flatMap((k) => [areas[k], areas[k + 1]]),
    busy.flatMap((k) => [seconds[k], seconds[k + 1]]),
  );
  return {
    total,
    upTo(second) {
      const passages = Math.floor(second / end);
      return passages * total + areaAt(second - passages * end);
    },
    secondAt(area) {
      const passages = Math.floor(area / total);
      return passages * end + inverse(area - passages * total);
    },
  };
}

function checkCurve(points: RateCurve['points'], end: number): void {
  const refuse = (what: string, value: unknown, expected: string): never => {
    throw new RangeError(`rate curve: ${what} is ${String(value)}, expected ${expected}`);
  };
  if (points.length === 0) refuse('the number of points', 0, 'at least 1');
  points.forEach(([second, rate], k) => {
    if (k === 0 && second !== 0) refuse('the second of the first point', second, '0');
    if (k > 0 && !(second > points[k - 1][0]))
      refuse(`the second of point ${k + 1}`, second, `a number > ${points[k - 1][0]}`);
    if (!(rate >= 0 && rate < Infinity)) refuse(`the rate of point ${k + 1}`, rate, 'a number ≥ 0');
  });
  const last = points[points.length - 1][0];
  if (!(end > last && end < Infinity)) refuse('the end', end, `a number > ${last}`);
  if (points.every(([, rate]) => rate === 0)) refuse('every rate', 0, 'one that is > 0');
}

export interface CurveOptions {
  /** Gaps in the time that runs with the curve. [exponential: a Poisson process whose rate moves] */
  readonly gaps?: Gaps;
  /** Second of the curve at which the requests begin. [a random one] */
  readonly start?: number;
}

/** Mean rate of a curve. */
export const curveRate = (curve: RateCurve): number => curveArea(curve).total / curve.end;

/**
 * Arrivals along a curve. At the curve's own mean rate (`curveRate`, in requests/s) its seconds are seconds; at another `rate` the
 * whole of it runs so much faster or slower, and as many requests come in each of its windows.
 */
export function rateCurveArrivals(
  rate: number,
  curve: RateCurve,
  { gaps = exponentialGaps, start }: CurveOptions = {},
): ArrivalProcess {
  expectPositive('rate', rate);
  if (start !== undefined && !(start >= 0 && start < Infinity))
    throw new RangeError(`arrivals: start is ${start}, expected a number ≥ 0`);
  const area = curveArea(curve);
  const faster = (rate * curve.end) / area.total;
  return (count, from) => {
    const times = new Float64Array(count);
    const begin = start ?? from.next() * curve.end;
    let work = area.upTo(begin);
    for (let k = 0; k < count; k++) {
      work += gaps.next(from);
      times[k] = fromSeconds(Math.max(0, area.secondAt(work) - begin) / faster);
    }
    return times;
  };
}
