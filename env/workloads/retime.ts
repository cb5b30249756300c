/** The same requests at other times. Rows keep their order, so lengths, keys and luck stay with their requests; who follows somebody keeps his think time. */
import { type Seed, stream } from '../random.js';
import { type Micros, toSeconds } from '../time.js';
import type { ArrivalProcess } from './arrivals.js';
import { pickRows, withFollowers } from './pick.js';
import { ownTimes } from './rounds.js';
import type { Workload } from './workload.js';

/** Arrivals `factor` times as fast: times are divided by it and rounded. Deadlines and aborts keep their distance to the arrival. */
export function atRate(workload: Workload, factor: number): Workload {
  if (!(factor > 0 && factor < Infinity)) throw new RangeError(`atRate: factor is ${factor}, expected a number > 0`);
  if (factor === 1) return workload;
  return moved(
    workload,
    workload.arrival.map((time) => Math.round(time / factor)),
  );
}

/** Requests/s in the mean, those who follow somebody included; Infinity: all come at once. */
export function rateOf(workload: Workload): number {
  const { arrival, count } = workload;
  const own = ownTimes(workload);
  const span = toSeconds(arrival[own - 1] - arrival[0]);
  return span > 0 ? ((own - 1) / span) * (count / own) : Infinity;
}

/** Everything at time 0, also those who would follow: what measures capacity. */
export function atOnce(workload: Workload): Workload {
  const { rounds, ...rest } = workload;
  return moved(rest, new Float64Array(workload.count), rounds ? ownTimes(workload) : workload.count);
}

/** Arrivals drawn from a process, e.g. `poissonArrivals(2)`, by the stream that a seed names. */
export function withArrivals(workload: Workload, process: ArrivalProcess, seed: Seed): Workload {
  const own = ownTimes(workload);
  const arrival = new Float64Array(workload.count).fill(Infinity);
  arrival.set(process(own, stream(seed, 'arrivals')));
  return moved(workload, arrival);
}

/** The first `count` requests that come at their own times, or all of them if there are fewer, and all that follow them. */
export function take(workload: Workload, count: number): Workload {
  if (!(Number.isInteger(count) && count >= 1))
    throw new RangeError(`take: count is ${count}, expected a whole number ≥ 1`);
  if (count >= ownTimes(workload)) return workload;
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  return pickRows(workload, withFollowers(workload, rows));
}

/** Only the first `own` rows have absolute times of deadlines and aborts. */
function moved(workload: Workload, arrival: Float64Array, own = ownTimes(workload)): Workload {
  const shifted = (times: Float64Array): Float64Array =>
    times.map((time: Micros, row) => (row < own ? time + arrival[row] - workload.arrival[row] : time));
  return { ...workload, arrival, deadline: shifted(workload.deadline), abortAt: shifted(workload.abortAt) };
}
