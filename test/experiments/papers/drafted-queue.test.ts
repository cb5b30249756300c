/** One server that drafts: its steps, its closed form, and the claims that rest on it. */
import { describe, expect, it } from 'vitest';
import { srpt } from '../../../agents/schedulers/srpt.js';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { act, createEngine, toTurn } from '../../../env/serving/engine.js';
import { fcfs } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { papers } from '../../../experiments/papers/catalogue.js';
import { poolOf } from '../../../experiments/papers/drafted-pool.js';
import {
  drawJobs,
  inOrder,
  oracleOfSteps,
  STEP,
  serve,
  serveInOrder,
} from '../../../experiments/papers/drafted-queue.js';
import { type Responses, respond } from '../../../experiments/papers/size-arms.js';
import { oracle } from '../../../predictors/oracle.js';

/** Answers of 1 to 60 tokens whose verifications commit 1 to 6 tokens. */
const made = poolOf(
  'made up',
  Array.from({ length: 40 }, (_, k) =>
    Uint8Array.from({ length: 1 + ((k * 37) % 60) }, (_, i) => 1 + ((k + i * i) % 6)),
  ),
  3,
);

describe('requests and their steps', () => {
  it('a verification at i commits as many tokens as the list says, at most its drafts and one', () => {
    // One token by the prompt; from 1 on: 2 tokens, then at 3 four of five, then the last at 7.
    const { left, mean, second } = poolOf('by hand', [Uint8Array.of(9, 2, 1, 6, 1, 1, 1, 1), Uint8Array.of(3)], 3);
    expect([...left[0]]).toEqual([4, 3, 3, 2, 4, 3, 2, 1, 0]);
    expect([...left[1]]).toEqual([1, 0]);
    expect([mean, second]).toEqual([2.5, 8.5]);
  });

  it('take these steps in the engine, and the oracle of steps knows how many are left', () => {
    const jobs = drawJobs(made, 0.5, 30, 1);
    const engine = createEngine({
      workload: jobs.workload,
      rules: preset('serial', { drafts: 3, maxDrafts: 3 }),
      cost: constantStep(STEP),
      predictor: oracleOfSteps(jobs),
    });
    const { requests, beliefs, hidden } = engine.replica;
    while (toTurn(engine)) {
      const { ids, n } = engine.view.changed;
      for (let k = 0; k < n; k++) {
        const served = requests.service[ids[k]] / STEP;
        const all = made.left[jobs.picks[ids[k]]][0];
        expect(beliefs.length[ids[k]] - requests.generated[ids[k]]).toBe(all - served);
      }
      act(engine);
    }
    jobs.picks.forEach((pick, r) => {
      expect(requests.service[r]).toBe(made.left[pick][0] * STEP);
      expect(hidden.left[r]).toBeGreaterThan(0);
    });
  });

  it('recursion and engine agree first come, first served, and in the long run with Pollaczek and Khinchine', () => {
    const jobs = drawJobs(made, 0.7, 400, 2);
    expect(serve(jobs, fcfs, oracle)).toBe(serveInOrder(jobs));
    const long = serveInOrder(drawJobs(made, 0.7, 200_000, 3));
    expect(Math.abs(long / inOrder(made, 0.7) - 1)).toBeLessThan(0.03);
  });

  it('asked at events only, shortest remaining first does the same', () => {
    const jobs = drawJobs(made, 0.8, 600, 4);
    const { arms } = respond(jobs, 0.8, ['SRPT(L)', 'SRPT(T)']);
    expect(arms['SRPT(L)']).toBe(serve(jobs, srpt, oracle));
    expect(arms['SRPT(T)']).toBe(serve(jobs, srpt, oracleOfSteps(jobs)));
    expect(arms['SRPT(T)']).toBeLessThan(arms['SRPT(L)'] ?? 0);
  });
});

/** Mean responses as a run would have left them. */
const responses = (arms: Responses['arms'], fcfs: number): Responses => ({ arms, fcfs, longRun: 10 });

describe('claims', () => {
  it('compare with the long run of FCFS by control, with others by pairs', () => {
    const cell = 'GSM8K, load 0.8';
    const read = {
      'LAPS-SD settled by its ends': 9,
      'LAPS-SD stable from step 24': 12,
      'LAPS-SD stable from step 32': 13,
    };
    const samples = [8, 10, 14, 11, 9].map((fcfs) => ({
      [cell]: responses({ MLFQ: 2 * fcfs + 1, LAS: 3 * fcfs, 'LAPS-SD': fcfs / 2 + 6, ...read }, fcfs),
    }));
    const figures = papers['laps-3'].conclude(samples).figures;
    expect(figures.slice(0, 3).map(({ what }) => what)).toEqual([
      `${cell}: LAPS-SD against FCFS`,
      `${cell}: MLFQ against FCFS`,
      `${cell}: LAS against FCFS`,
    ]);
    // At the long run of 10: 11, 21 and 30.
    const expected = [0.1, 1.1, 2, -0.1, 0.2, 0.3];
    for (const [k, { measured }] of figures.entries()) expect(measured.value).toBeCloseTo(expected[k], 9);
  });

  it('LAPS-5 in small: knowing acceptance is worth more where lengths are alike', async () => {
    const sampleOf = await papers['laps-5'].open(true);
    const { figures } = papers['laps-5'].conclude([sampleOf(1)]);
    const [, spread, , alike] = figures.map(({ measured }) => measured.value);
    expect(spread).toBeLessThan(-0.04);
    expect(alike).toBeLessThan(-0.15);
  });

  it('rest on requests that come with the package where none are recorded', async () => {
    const before = process.env.SERVEGYM_DATA;
    process.env.SERVEGYM_DATA = '/nowhere';
    try {
      const { figures, notes } = papers['prefix-mean'].conclude([(await papers['prefix-mean'].open(true))(1)]);
      expect(notes?.[0]).toContain('generators that were fitted');
      const biases = figures.filter(({ what }) => /bias after \d+ steps$/.test(what));
      expect(biases).toHaveLength(6);
      for (const { measured } of biases) expect(measured.value).toBeGreaterThan(0.04);
    } finally {
      if (before === undefined) delete process.env.SERVEGYM_DATA;
      else process.env.SERVEGYM_DATA = before;
    }
  });
});
