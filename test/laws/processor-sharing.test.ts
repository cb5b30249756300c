/**
 * Round robin with a quantum of one step is processor sharing, E[T(x)] = x/(1 − ρ) whatever the distribution of sizes, to about
 * a quantum: it serves in whole steps. Here a quantum is a twentieth of the mean size. SERVEGYM_LONG=1 takes more requests and loads.
 */
import { describe, expect, it } from 'vitest';
import { rr } from '../../agents/schedulers/rr.js';
import { createLoad, errorsOff, measure, responses } from './load.js';
import { meanResponse } from './mg1.js';
import { finishTimes, serve } from './serial.js';
import { constantSizes, geometricSizes, weibullSizes } from './sizes.js';

const long = Boolean(process.env.SERVEGYM_LONG);
const REQUESTS = long ? 300_000 : 6000;
const LOADS = long ? [0.5, 0.7, 0.8] : [0.7];
const MEAN_STEPS = 20;
const SIZES = [geometricSizes(MEAN_STEPS), constantSizes(MEAN_STEPS), weibullSizes(MEAN_STEPS)];

describe.each(LOADS)('load %d', { timeout: long ? 3_600_000 : 120_000 }, (rho) => {
  /** A quantum, stretched as everything is. */
  const quantum = 1 / (1 - rho);

  it.each(SIZES.map((sizes) => [sizes.name, sizes] as const))('%s sizes', (name, sizes) => {
    const load = createLoad(sizes, rho, REQUESTS, 7);
    const { outputTokens } = load.workload;
    const times = responses(load, finishTimes(serve(load.workload, rr)));

    for (const [from, to] of [
      [1, Infinity],
      [1, MEAN_STEPS / 2],
      [MEAN_STEPS / 2 + 1, 2 * MEAN_STEPS],
      [2 * MEAN_STEPS + 1, Infinity],
    ]) {
      const counts = (x: number): boolean => x >= from && x <= to;
      const share = sizes.probability.reduce((sum, p, x) => (counts(x) ? sum + p : sum), 0);
      if (share < 1e-9) continue;
      const beyond = times.map((time, r) =>
        counts(outputTokens[r]) ? (time - outputTokens[r] / (1 - rho)) / share : 0,
      );
      const { tight } = measure(beyond, load, load.controls);
      const figures = `${from} … ${to} steps: ${tight.mean} ± ${tight.error} steps beyond x/(1 − ρ)`;
      if (long) console.info(name, rho, figures);
      expect(Math.abs(tight.mean), figures).toBeLessThan(quantum + 4 * tight.error);
    }

    const { tight } = measure(times, load, load.controls);
    if (name === 'exponential') expect(errorsOff(tight, meanResponse('fcfs', sizes, rho))).toBeLessThan(4);
    else expect(errorsOff(tight, meanResponse('fcfs', sizes, rho))).toBeGreaterThan(4); // sharing helps where sizes vary, and harms where not
  });
});
