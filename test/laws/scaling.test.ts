/** Time has no unit of its own: all times in × s give all times out × s, to the microsecond. */
import { describe, expect, it } from 'vitest';
import { scaledCost } from '../../env/serving/cost/cost.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Workload } from '../../env/workloads/workload.js';
import { type Episode, forAll, randomEpisode } from './generators.js';
import { asked, hash, indexPolicies } from './policies.js';
import { ran, requestsOf } from './results.js';

const TIMES = ['arrival', 'firstToken', 'lastToken', 'service', 'left'];

/** Shuffles ranks whenever its clock, of `period` µs, strikes. */
const clockwork =
  (period: number): (() => Scheduler) =>
  () => ({
    name: 'clockwork',
    scope: 'all',
    wakeIn: Infinity,
    decide({ now, live, requests }, out) {
      const strike = Math.floor(now / period);
      out.wakeAt = (strike + 1) * period;
      for (let k = 0; k < live.n; k++) {
        const r = live.ids[k];
        out.rank[r] = hash(strike, requests.key[r]);
      }
    },
  });

function scaled({ workload, rules, cost, horizon, ...rest }: Episode, factor: number): Episode {
  const times = (column: Float64Array): Float64Array => column.map((t) => factor * t);
  const { arrival, deadline, abortAt, rounds } = workload;
  const later: Workload = {
    ...workload,
    arrival: times(arrival),
    deadline: times(deadline),
    abortAt: times(abortAt),
    ...(rounds && { rounds: { ...rounds, think: times(rounds.think) } }),
  };
  return {
    ...rest,
    workload: later,
    rules: {
      ...rules,
      transferMicros: factor * rules.transferMicros,
      outMicros: factor * rules.outMicros,
      backMicros: factor * rules.backMicros,
    },
    cost: scaledCost(cost, factor),
    ...(horizon === undefined ? {} : { horizon: factor * horizon }),
  };
}

describe('scaling of time', () => {
  it('multiplies every time stamp by the factor of costs, arrivals, think times, deadlines, departures, horizon and wake-ups', () => {
    forAll(90, (d) => {
      const factor = d.pick([2, 3, 7, 1000]);
      const episode = { horizon: 20_000, ...randomEpisode(d) };
      const period = d.int(20, 600);
      const index = asked(d.pick(Object.values(indexPolicies)), d.pick([1, 4, Infinity]));
      const [mine, theirs] = d.chance(0.5) ? [index, index] : [clockwork(period), clockwork(factor * period)];
      const one = ran({ ...episode, scheduler: mine });
      const other = ran({ ...scaled(episode, factor), scheduler: theirs });
      const expected = requestsOf(one);
      for (const row of Object.values(expected)) for (const time of TIMES) row[time] *= factor;
      expect(requestsOf(other)).toEqual(expected);
      expect(other.replica.now).toBe(factor * one.replica.now);
      expect(other.replica.totals.areaInSystem).toBe(factor * one.replica.totals.areaInSystem);
      expect(other.outcome).toBe(one.outcome);
    });
  });
});
