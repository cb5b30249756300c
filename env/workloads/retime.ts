/** The same requests at other times. Rows keep their order, so lengths, keys and luck stay with their requests. */
import { type Seed, stream } from '../random.js';
import type { Micros } from '../time.js';
import { type ArrivalProcess, arriveAtOnce } from './arrivals.js';
import type { Content, Workload } from './workload.js';

/** Arrivals `factor` times as fast: times are divided by it and rounded. Deadlines and aborts keep their distance to the arrival. */
export function atRate(workload: Workload, factor: number): Workload {
  if (!(factor > 0 && factor < Infinity)) throw new RangeError(`atRate: factor is ${factor}, expected a number > 0`);
  if (factor === 1) return workload;
  return moved(
    workload,
    workload.arrival.map((time) => Math.round(time / factor)),
  );
}

/** Everything at time 0. */
export const atOnce = (workload: Workload): Workload => withArrivals(workload, arriveAtOnce, 0);

/** Arrivals drawn from a process, e.g. `poissonArrivals(2)`, by the stream that a seed names. */
export function withArrivals(workload: Workload, process: ArrivalProcess, seed: Seed): Workload {
  return moved(workload, process(workload.count, stream(seed, 'arrivals')));
}

/** The first `count` requests, or all of them if there are fewer. */
export function take(workload: Workload, count: number): Workload {
  if (!(Number.isInteger(count) && count >= 1))
    throw new RangeError(`take: count is ${count}, expected a whole number ≥ 1`);
  if (count >= workload.count) return workload;
  const { content } = workload;
  return {
    ...workload,
    count,
    arrival: workload.arrival.slice(0, count),
    promptTokens: workload.promptTokens.slice(0, count),
    outputTokens: workload.outputTokens.slice(0, count),
    declared: workload.declared.slice(0, count),
    key: workload.key.slice(0, count),
    priority: workload.priority.slice(0, count),
    tenant: workload.tenant.slice(0, count),
    slo: workload.slo.slice(0, count),
    deadline: workload.deadline.slice(0, count),
    abortAt: workload.abortAt.slice(0, count),
    tie: workload.tie.slice(0, count),
    ids: workload.ids.slice(0, count),
    ...(content && { content: firstPrompts(content, count) }),
  };
}

function firstPrompts(content: Content, count: number): Content {
  const segments = content.offsets[count];
  return {
    offsets: content.offsets.slice(0, count + 1),
    sequence: content.sequence.slice(0, segments),
    tokens: content.tokens.slice(0, segments),
    answer: content.answer.slice(0, count),
  };
}

function moved(workload: Workload, arrival: Float64Array): Workload {
  const shifted = (times: Float64Array): Float64Array =>
    times.map((time: Micros, row) => time + arrival[row] - workload.arrival[row]);
  return { ...workload, arrival, deadline: shifted(workload.deadline), abortAt: shifted(workload.abortAt) };
}
