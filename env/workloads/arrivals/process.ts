/** What an arrival process is. */
import type { Stream } from '../../random.js';

/** Ascending arrival times in µs of `count` requests. The same stream gives the same times. */
export type ArrivalProcess = (count: number, from: Stream) => Float64Array;

/** Everything at time 0: what measures capacity. */
export const arriveAtOnce: ArrivalProcess = (count) => new Float64Array(count);

/** @throws RangeError naming what is no number > 0 */
export function expectPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`arrivals: ${name} is ${value}, expected a number > 0`);
}
