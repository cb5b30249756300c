/** Laws of one server that hold exactly, on every path: equal work, fewest requests under srpt, Little, batches that are all there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { las } from '../../agents/schedulers/las.js';
import { ltr } from '../../agents/schedulers/ltr.js';
import { prr } from '../../agents/schedulers/prr.js';
import { psjf } from '../../agents/schedulers/psjf.js';
import { random } from '../../agents/schedulers/random.js';
import { rr } from '../../agents/schedulers/rr.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { trail } from '../../agents/schedulers/trail.js';
import { luck } from '../../env/random.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Workload } from '../../env/workloads/workload.js';
import { finishTimes, lcfs, poissonWorkload, STEP, serialWorkload, serve, workFound } from './serial.js';
import { geometricSizes, weibullSizes } from './sizes.js';

/** New ranks for everyone, every step. */
const shuffling = (): Scheduler => {
  const draw = luck(0, 'shuffle');
  return {
    name: 'shuffling',
    scope: 'all',
    decide({ live, now }, { rank }) {
      for (let k = 0; k < live.n; k++) rank[live.ids[k]] = draw(now, live.ids[k]);
    },
  };
};

/** Who has most left goes first: as bad as it gets. */
const longest = (): Scheduler => ({
  name: 'longest',
  decide({ changed, requests, beliefs }, { rank }) {
    for (let k = 0; k < changed.n; k++) {
      const r = changed.ids[k];
      rank[r] = requests.generated[r] - beliefs.length[r];
    }
  },
});

/** So early that it shows in requests of up to 9 steps. */
const limitedPreemption = (): Scheduler => trail({ share: 0.3 });

const policies = { srpt, fcfs, sjf, psjf, las, rr, prr, limitedPreemption, lcfs, random, shuffling, longest };
type Name = keyof typeof policies;
const names = Object.keys(policies) as Name[];

/** Up to 14 requests: gaps in tenths of a step (many at once, few on a border), sizes of 1 to 9 steps. */
const anyWorkload = fc
  .array(fc.record({ gap: fc.oneof(fc.constant(0), fc.nat(60)), steps: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((requests) => {
    let time = 0;
    const arrival = requests.map(({ gap }) => (time += (gap * STEP) / 10));
    return serialWorkload(
      `${JSON.stringify(requests)}`,
      arrival,
      requests.map(({ steps }) => steps),
    );
  });

const forAll = (runs: number, law: (workload: Workload) => void): void =>
  fc.assert(fc.property(anyWorkload, law), { numRuns: process.env.SERVEGYM_LONG ? 50 * runs : runs, seed: 7 });

const everyStep = (make: () => Scheduler): Scheduler => {
  const inner = make();
  return {
    ...inner,
    decide(view, out) {
      inner.decide(view, out);
      out.wakeIn = 1;
    },
  };
};

/** [time, unfinished steps of everyone here] at every border. */
function workPath(workload: Workload, scheduler: () => Scheduler): number[][] {
  const path: number[][] = [];
  const recorder: Recorder = {
    committed(s) {
      let left = 0;
      for (let k = 0; k < s.live.n; k++) left += s.hidden.end[s.live.ids[k]] - s.requests.generated[s.live.ids[k]];
      path.push([s.now, left]);
    },
  };
  serve(workload, () => everyStep(scheduler), [recorder]);
  return path;
}

/** Departures in order of time: N(t) under one policy is never above N(t) under another if each of its departures is no later. */
const departures = (workload: Workload, scheduler: () => Scheduler): Float64Array =>
  finishTimes(serve(workload, scheduler)).sort();

describe('remaining work', () => {
  it('is the same path under every policy, border by border', () => {
    forAll(40, (workload) => {
      const expected = workPath(workload, fcfs);
      for (const name of names) expect(workPath(workload, policies[name]), name).toEqual(expected);
    });
  });

  it('is what Lindley’s recursion says: never idle while someone is here', () => {
    forAll(40, (workload) => {
      const { arrival, outputTokens, count } = workload;
      const found = workFound(workload);
      const last = arrival[count - 1] + found[count - 1] + outputTokens[count - 1] * STEP;
      const served = outputTokens.reduce((a, b) => a + b, 0);
      for (const name of names) {
        const engine = serve(workload, policies[name]);
        expect(engine.replica.totals.busy, name).toBe(served * STEP);
        expect(engine.replica.totals.iterations, name).toBe(served);
        expect(engine.replica.now, name).toBe(last);
      }
    });
  });
});

describe('srpt has the fewest requests in the system at every instant', () => {
  const later = new Map<Name, number>();

  it('against every policy on every path', () => {
    forAll(100, (workload) => {
      const best = departures(workload, srpt);
      for (const name of names) {
        const theirs = departures(workload, policies[name]);
        const earlier = theirs.findIndex((time, k) => time < best[k]);
        expect(earlier, `${name} is ahead of srpt`).toBe(-1);
        if (theirs.some((time, k) => time > best[k])) later.set(name, (later.get(name) ?? 0) + 1);
      }
    });
  });

  it('and on some paths fewer than each of them', () => {
    for (const name of names) {
      if (name === 'srpt') expect(later.has(name)).toBe(false);
      else expect(later.get(name) ?? 0, name).toBeGreaterThan(5);
    }
  });

  it('also in long runs at high load', () => {
    for (const sizes of [geometricSizes(10), weibullSizes(10)]) {
      const workload = poissonWorkload(sizes, 0.9, process.env.SERVEGYM_LONG ? 100_000 : 3000, 5);
      const best = departures(workload, srpt);
      for (const name of names) {
        const theirs = departures(workload, policies[name]);
        expect(
          theirs.findIndex((time, k) => time < best[k]),
          name,
        ).toBe(-1);
      }
    }
  });
});

describe('Little’s law in whole µs', () => {
  it('∫N dt is the sum of response times', () => {
    forAll(40, (workload) => {
      for (const name of names) {
        const engine = serve(workload, policies[name]);
        const sum = finishTimes(engine).reduce((total, time, r) => total + time - workload.arrival[r], 0);
        expect(engine.replica.totals.areaInSystem, name).toBe(sum);
      }
    });
  });
});

describe('everything there at time 0', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 });
  /** Σ response times in steps. */
  const total = (steps: readonly number[], scheduler: () => Scheduler): number => {
    const workload = serialWorkload('batch', new Array(steps.length).fill(0), steps);
    return finishTimes(serve(workload, scheduler)).reduce((a, b) => a + b, 0) / STEP;
  };
  const weighted = (steps: readonly number[], weight: (behind: number) => number): number =>
    steps.toSorted((a, b) => a - b).reduce((sum, x, i) => sum + weight(steps.length - 1 - i) * x, 0);

  it('shortest first is optimal: Σ (n − i + 1)·x_(i)', () => {
    fc.assert(
      fc.property(sizes, (steps) => {
        const best = weighted(steps, (behind) => behind + 1);
        for (const name of ['srpt', 'sjf', 'psjf'] as const) expect(total(steps, policies[name]), name).toBe(best);
        for (const name of names) expect(total(steps, policies[name]), name).toBeGreaterThanOrEqual(best);
      }),
      { numRuns: 40, seed: 8 },
    );
  });

  it('taking turns: Σ (2(n − i) + 1)·x_(i), a step less for each pair whose first ends first', () => {
    fc.assert(
      fc.property(sizes, (steps) => {
        // A pair delays itself by twice the smaller size; the last turn of the one who goes first is not delayed by the other.
        let pairs = 0;
        for (let a = 0; a < steps.length; a++)
          for (let b = a + 1; b < steps.length; b++) if (steps[b] >= steps[a]) pairs++;
        const turns = weighted(steps, (behind) => 2 * behind + 1);
        expect(total(steps, las)).toBe(turns - pairs);
        expect(turns).toBeLessThan(2 * weighted(steps, (behind) => behind + 1));
      }),
      { numRuns: 100, seed: 9 },
    );
  });

  it('10, 2 and 1 tokens at a second each: 6.67 s a token in order of arrival, 1.27 shortest first', () => {
    const tokens = [10, 2, 1];
    const workload = serialWorkload('toy', [0, 0, 0], tokens);
    const secondsPerToken = (scheduler: () => Scheduler): number =>
      finishTimes(serve(workload, scheduler)).reduce((sum, time, r) => sum + time / STEP / tokens[r], 0) / 3;
    expect(secondsPerToken(fcfs)).toBeCloseTo(20 / 3, 12);
    for (const scheduler of [sjf, srpt, ltr]) expect(secondsPerToken(scheduler)).toBeCloseTo(3.8 / 3, 12);
  });
});
