/** Schedulers that share: round robin is processor sharing, preferential round robin the fluid schedule cut into tokens. */
import { describe, expect, test } from 'vitest';
import { prr } from '../../agents/schedulers/prr.js';
import { psjf } from '../../agents/schedulers/psjf.js';
import { rr } from '../../agents/schedulers/rr.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { exponential } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { meanResponse } from '../laws/mg1.js';
import { estimate } from '../laws/regenerative.js';
import { finishTimes, poissonWorkload, STEP, serialWorkload, serve, workFound } from '../laws/serial.js';
import { geometricSizes, type Sizes, weibullSizes } from '../laws/sizes.js';
import { served } from './by-hand.js';

/** Finish times in steps of requests that all come at 0. */
const finishTogether = (sizes: readonly number[], scheduler: () => Scheduler): number[] =>
  Array.from(
    finishTimes(
      serve(
        serialWorkload(
          'together',
          sizes.map(() => 0),
          sizes,
        ),
        scheduler,
      ),
    ),
    (time) => time / STEP,
  );

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const instances = Array.from({ length: 20 }, (_, seed) => {
  const { next } = stream(seed, 'instances');
  return Array.from({ length: 2 + Math.floor(10 * next()) }, () => 1 + Math.floor(12 * exponential(next())));
});

describe('rr', () => {
  test('serves in turn, newcomers behind those who wait', () => {
    const jobs = [
      { arrival: 0, output: 4 },
      { arrival: 0, output: 4 },
      { arrival: 15, output: 2 },
    ];
    expect(served(jobs, rr)).toBe('ABACBACBAB');
    expect(served(jobs, () => rr({ quantum: 2 }))).toBe('AABBCCAABB');
    expect(served(jobs, () => rr({ by: 'service', quantum: 20 }))).toBe('AABBCCAABB');
  });

  test('together at 0: the closed form, exactly, and less than twice the optimum', () => {
    for (const sizes of instances) {
      const sorted = sizes.toSorted((a, b) => a - b);
      const n = sizes.length;
      // In turns of a token the request that stands at k in the round waits for the later ones in its last round less.
      const fluid = sum(sorted.map((x, i) => (2 * (n - 1 - i) + 1) * x));
      const inTurn = finishTogether(sizes, rr);
      const exact = sizes.map((x, k) => sum(sizes.map((y, j) => Math.min(y, j <= k ? x : x - 1))));
      expect(inTurn).toEqual(exact);
      expect(sum(inTurn)).toBeLessThanOrEqual(fluid);
      expect(sum(inTurn)).toBeGreaterThan(fluid - (n * (n - 1)) / 2 - 1);
      expect(sum(inTurn)).toBeLessThan(2 * sum(finishTogether(sizes, srpt)));
    }
  });

  const responses = (sizes: Sizes, rho: number, requests: number, seed: number) => {
    const workload = poissonWorkload(sizes, rho, requests, seed);
    const work = workFound(workload);
    const firsts = Int32Array.from(work.keys()).filter((r) => work[r] === 0);
    const times = finishTimes(serve(workload, rr)).map((time, r) => (time - workload.arrival[r]) / STEP);
    return { times, firsts, sizes: workload.outputTokens };
  };
  const long = Boolean(process.env.SERVEGYM_LONG);

  test('M/M/1: the mean of fcfs, as of every size-blind policy', () => {
    const sizes = geometricSizes(10);
    const { times, firsts } = responses(sizes, 0.7, long ? 200_000 : 8_000, 5);
    const { mean, error } = estimate(times, firsts);
    expect(Math.abs(mean - meanResponse('fcfs', sizes, 0.7))).toBeLessThan(4 * error);
    expect(error / mean).toBeLessThan(0.1);
  });

  test('M/G/1: E[T(x)] = x/(1 − ρ), a quantum of 1/40 of the mean size', () => {
    const sizes = weibullSizes(40);
    const run = responses(sizes, 0.5, long ? 100_000 : 4_000, 6);
    const slowdowns = run.times.map((time, r) => time / run.sizes[r]);
    const { mean, error } = estimate(
      slowdowns.map((_, r) => run.times[r] / sizes.mean),
      run.firsts,
    );
    expect(Math.abs(mean - 2)).toBeLessThan(4 * error + 1 / 40);
    // Small and large alike: PS is the one policy whose slowdown does not depend on size.
    for (const [low, high] of [
      [20, 80],
      [80, 320],
      [320, Infinity],
    ]) {
      const band = Array.from(run.sizes.keys()).filter((r) => run.sizes[r] >= low && run.sizes[r] < high);
      expect(sum(band.map((r) => slowdowns[r])) / band.length).toBeCloseTo(2, 0);
    }
  });
});

describe('prr', () => {
  test('λ 1 is spjf with preemption, λ 0 takes turns', () => {
    for (const sizes of instances) {
      expect(finishTogether(sizes, () => prr({ lambda: 1 }))).toEqual(finishTogether(sizes, psjf));
      expect(finishTogether(sizes, () => prr({ lambda: 0 }))).toEqual(finishTogether(sizes, rr));
    }
  });

  /** The paper's algorithm in continuous time: finish times, given sizes and what is believed of them. */
  function fluid(sizes: readonly number[], lambda: number): number[] {
    const left = [...sizes];
    const finish = sizes.map(() => 0);
    const alive = new Set(sizes.keys());
    for (let time = 0; alive.size > 0; ) {
      const favourite = [...alive].reduce((best, j) => (sizes[j] < sizes[best] ? j : best));
      const rate = (j: number): number => (1 - lambda) / alive.size + (j === favourite ? lambda : 0);
      const next = [...alive].reduce((best, j) => (left[j] / rate(j) < left[best] / rate(best) ? j : best));
      const span = left[next] / rate(next);
      for (const j of alive) left[j] -= rate(j) * span;
      time += span;
      finish[next] = time;
      alive.delete(next);
    }
    return finish;
  }

  test.each([0.25, 0.5, 0.75])('λ %d: every request ends within a round of the fluid schedule', (lambda) => {
    for (const sizes of instances) {
      const inTokens = finishTogether(sizes, () => prr({ lambda }));
      fluid(sizes, lambda).forEach((time, j) => {
        expect(Math.abs(inTokens[j] - time)).toBeLessThanOrEqual(sizes.length);
      });
    }
  });

  test('a newcomer shares from its arrival on', () => {
    const jobs = [
      { arrival: 0, output: 12 },
      { arrival: 45, output: 3 },
    ];
    const half = served(jobs, () => prr({ lambda: 0 }));
    expect(half.slice(0, 5)).toBe('AAAAA');
    expect(half.slice(5, 11).match(/B/g)?.length).toBe(3);
    expect(served(jobs, () => prr({ lambda: 1 }))).toBe(`AAAAABBB${'A'.repeat(7)}`);
  });
});
