/** What claims are measured with, and a few of them with fixed seeds. SERVEGYM_LONG=1 runs a seed of each. */
import { describe, expect, it } from 'vitest';
import { fcfs } from '../../../env/serving/policy.js';
import { papers } from '../../../experiments/papers/catalogue.js';
import { leastTotalJct } from '../../../experiments/papers/memory-optimum.js';
import type { Findings } from '../../../experiments/papers/paper.js';
import {
  controlled,
  fcfsExpected,
  fcfsResponse,
  finishTimes,
  meanResponse,
  poissonJobs,
  STEP,
  sizesOf,
} from '../../../experiments/papers/queue.js';
import { verdictOf } from '../../../experiments/papers/verdict.js';
import { oracle } from '../../../predictors/oracle.js';

const long = Boolean(process.env.SERVEGYM_LONG);

async function samplesOf(name: string, seeds: number) {
  const sampleOf = await papers[name].open(true);
  return Array.from({ length: seeds }, (_, seed) => JSON.parse(JSON.stringify(sampleOf(seed))));
}

/** The measured value of a figure by its name. */
const valuesOf =
  ({ figures }: Findings) =>
  (what: string): number =>
    figures.find((each) => each.what === what)?.measured.value ?? Number.NaN;

describe('the queue', () => {
  it('knows first come, first served without an engine, and in the long run', () => {
    const sizes = sizesOf('exponential');
    const jobs = poissonJobs(sizes, 0.5, 2000, 1);
    expect(meanResponse(jobs, finishTimes(jobs, fcfs, oracle, 1))).toBe(fcfsResponse(jobs));
    expect(fcfsExpected(sizes, 0.5) / (sizes.mean * STEP)).toBeCloseTo(2, 1);
    expect(Math.abs(fcfsResponse(poissonJobs(sizes, 0.5, 200_000, 2)) / fcfsExpected(sizes, 0.5) - 1)).toBeLessThan(
      0.02,
    );
    const heavy = sizesOf('Weibull');
    expect(heavy.second / heavy.mean ** 2).toBeCloseTo(6, 1);
  });

  it('takes away what the control explains', () => {
    const control = [1, 4, 2, 7, 5, 3];
    const values = control.map((x) => 10 + 2 * x);
    const { value, low, high } = controlled(values, control, 3);
    for (const end of [value, low, high]) expect(end).toBeCloseTo(16, 9);
  });
});

describe('the optimum under a memory limit', () => {
  const request = (arrival: number, prompt: number, output: number) => ({ arrival, prompt, output });

  it('is everyone at once where all fit, one after the other where nobody fits beside another', () => {
    const three = [request(0, 1, 3), request(0, 1, 2), request(0, 1, 1)];
    expect(leastTotalJct(three, 100)).toBe(6);
    // Two prompts of 3 tokens never fit in 4: shortest first, 1 + (1 + 2) + (3 + 2).
    expect(leastTotalJct([request(0, 3, 2), request(0, 3, 1), request(0, 3, 2)], 4)).toBe(9);
  });

  it('waits for a shorter one that is about to come', () => {
    // Never both: 1 + 6 with the short one first, 4 + 4 the other way round.
    expect(leastTotalJct([request(0, 6, 4), request(1, 6, 1)], 10)).toBe(7);
    // Here waiting does not pay: 2 + 2 against 1 + 4.
    expect(leastTotalJct([request(0, 9, 2), request(1, 9, 1)], 10)).toBe(4);
  });
});

describe('claims with fixed seeds', () => {
  it('mc-sf is never below the optimum and near it', async () => {
    const measured = valuesOf(papers['mc-sf'].conclude(await samplesOf('mc-sf', 6)));
    expect(measured('instances below the optimum')).toBe(0);
    expect(measured('MC-SF ÷ optimum, mean, all at once')).toBeLessThan(1.1);
    expect(measured('MC-SF ÷ optimum, mean, over time')).toBeLessThan(1.1);
  });

  it('the bounds of Purohit et al. hold, and noise moves those who read predictions', async () => {
    const measured = valuesOf(papers['purohit-noise'].conclude(await samplesOf('purohit-noise', 4)));
    expect(measured('violations of a bound')).toBe(0);
    expect(measured('SPJF, σ 0: ALG/OPT')).toBe(1);
    expect(measured('SPJF, σ 1000: ALG/OPT')).toBeGreaterThan(measured('SPJF, σ 10: ALG/OPT'));
    expect(measured('PRR .5, σ 0: ALG/OPT')).toBeCloseTo(1.3, 1);
    expect(measured('RR, σ 1000: ALG/OPT')).toBe(measured('RR, σ 0: ALG/OPT'));
  });

  it('ssjf shortens the mean JCT', async () => {
    expect(verdictOf(papers.ssjf.conclude(await samplesOf('ssjf', 12)).figures)).not.toBe('does not reproduce');
  });

  it.runIf(long).each(Object.keys(papers))(
    '%s: a seed gives figures that can be judged',
    { timeout: 300_000 },
    async (name) => {
      if (papers[name].missing?.() !== undefined) return;
      const { figures } = papers[name].conclude(await samplesOf(name, 2));
      expect(figures.some(({ expected }) => expected !== null)).toBe(true);
      for (const { what, measured } of figures) expect(Number.isFinite(measured.value), what).toBe(true);
    },
  );
});
