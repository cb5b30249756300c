/** Nobody waits for nothing: the engine never idles while an un-held request could run alone, and work is work for all. */
import { describe, expect, it } from 'vitest';
import { constantStep } from '../../env/serving/cost/affine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Replica } from '../../env/serving/replica.js';
import { State } from '../../env/serving/requests.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import { type Draw, forAll, randomEpisode, randomWorkload } from './generators.js';
import { asked, eventful, indexPolicies } from './policies.js';
import { ran } from './results.js';

/** Time that passes with nothing under way, or with an empty batch that nobody's eviction explains. */
function idleWatch(): Recorder & { readonly wasted: number } {
  let wasted = 0;
  return {
    get wasted() {
      return wasted;
    },
    idle(s, from) {
      if (s.live.n > s.held.n && !movedSince(s, from)) wasted += s.now - from;
    },
    planned(s) {
      const collecting = s.flight !== null && s.flight.n > 0;
      if (s.plan.n === 0 && s.evicted.n === 0 && !collecting && s.live.n > s.held.n) wasted++;
    },
    repeated(s, m) {
      if (s.running.n === 0) wasted += m;
    },
  };
}

/** KV was on its way at some time after `from`. */
const movedSince = ({ swap }: Replica, from: number): boolean =>
  swap !== null && Math.max(swap.out.until, swap.back.until) > from;

describe('work conservation', () => {
  it('never idles while a request that nobody holds could run alone and no KV is on its way', () => {
    forAll(80, (d) => {
      const episode = randomEpisode(d, { rules: { unfit: 'reject' } });
      const watch = idleWatch();
      const scheduler = d.chance(0.5) ? d.pick(Object.values(indexPolicies)) : eventful(d.int(0, 1000), d.int(50, 500));
      ran({ horizon: 20_000, ...episode, scheduler, recorders: [watch] });
      expect(watch.wasted).toBe(0);
    });
  });

  it('is strict on serial without holds: one request in every iteration while anyone is here', () => {
    forAll(40, (d) => {
      const { workload, cost } = randomEpisode(d, { preset: 'serial', exits: false });
      let idle = 0;
      const recorder: Recorder = {
        idle(s, from) {
          expect(s.live.n).toBe(0);
          idle += s.now - from;
        },
      };
      const rules = preset('serial', { chunkedPrefill: d.chance(0.5) });
      const { replica: s, outcome } = ran({
        workload,
        rules,
        cost,
        scheduler: d.pick(Object.values(indexPolicies)),
        recorders: [recorder],
      });
      expect(outcome).toBe('drained');
      expect(s.totals.sequenceSteps).toBe(s.totals.iterations);
      expect(s.totals.busy + idle).toBe(s.now);
    });
  });

  it('takes the same path of remaining work under every policy without holds', () => {
    forAll(20, (d) => {
      const workload = queueing(d);
      const paths = Object.values(indexPolicies).map((policy) =>
        workPath(workload, asked(policy, d.pick([1, Infinity]))),
      );
      for (const path of paths) expect(path).toEqual(paths[0]);
    });
  });
});

/** Jobs of queueing theory: prompts of one token, an iteration a token. */
function queueing(d: Draw): Workload {
  const given = randomWorkload(d, preset('serial', { maxModelLen: 60 }), { exits: false, followers: false });
  return createWorkload({
    name: 'jobs',
    arrival: given.arrival,
    promptTokens: new Int32Array(given.count).fill(1),
    outputTokens: given.outputTokens,
  });
}

/** [time, iterations of work in the system] at every border; leaps are filled in. */
function workPath(workload: Workload, scheduler: () => Scheduler): [number, number][] {
  const path: [number, number][] = [];
  let work = 0;
  ran({
    workload,
    rules: preset('serial'),
    cost: constantStep(7),
    scheduler,
    recorders: [
      {
        arrived(s, r) {
          work += s.hidden.end[r];
        },
        repeated(_s, m, from) {
          for (let i = 1; i < m; i++) path.push([from + 7 * i, work - i]);
          work -= m - 1;
        },
        committed(s) {
          path.push([s.now, --work]);
        },
        left(s, r) {
          expect(s.requests.state[r]).toBe(State.finished);
        },
      },
    ],
  });
  expect(work).toBe(0);
  return path;
}
