/** What a heuristic comes to in the same episode, at every time of it: what `jct-vs` and `slo-vs` subtract. */
import { createEngine, run, type Setup } from '../../serving/engine.js';
import type { Scheduler } from '../../serving/policy.js';
import { brokenFrom } from '../../serving/slo.js';
import type { Micros } from '../../time.js';

export interface ReferencePath {
  /** ∫N dt up to `time`, request-seconds. */
  inSystem(time: Micros): number;
  /** Requests that have broken a promise, or left unserved, by `time`. */
  missed(time: Micros): number;
}

/** Runs the heuristic through the episode of `setup`: same requests, same luck, same beliefs. */
export function referencePath(setup: Setup, scheduler: () => Scheduler): ReferencePath {
  const times: number[] = [];
  const steps: number[] = [];
  const misses: number[] = [];
  const { horizon: _none, promises = [], ...rest } = setup;
  const note = (time: number, by: number): void => {
    times.push(time);
    steps.push(by);
  };
  run(
    createEngine({
      ...rest,
      promises,
      scheduler,
      recorders: [
        {
          arrived: (s, r) => note(s.requests.arrival[r], 1),
          left(s, r, time) {
            note(time, -1);
            const from = brokenFrom(s, r, time, promises[s.requests.slo[r]] ?? {});
            if (from < Infinity) misses.push(from);
          },
        },
      ],
    }),
  );
  const order = times.map((_, k) => k).sort((a, b) => times[a] - times[b]);
  const at = Float64Array.from(order, (k) => times[k]);
  const n = new Float64Array(at.length + 1);
  const area = new Float64Array(at.length + 1); // request-µs up to at[k − 1]
  for (let k = 0; k < at.length; k++) {
    n[k + 1] = n[k] + steps[order[k]];
    area[k + 1] = area[k] + (k > 0 ? n[k] * (at[k] - at[k - 1]) : 0);
  }
  const missed = Float64Array.from(misses).sort();
  return {
    missed: (time) => countUpTo(missed, time),
    inSystem(time) {
      const k = countUpTo(at, time);
      return k === 0 ? 0 : (area[k] + n[k] * (time - at[k - 1])) * 1e-6;
    },
  };
}

/** How many of the sorted times are at most `time`. */
function countUpTo(times: Float64Array, time: Micros): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
