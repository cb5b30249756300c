/** Schedulers that reckon with memory: MC-SF never runs out of it and comes close to the optimum, volume goes by memory × time. */
import { describe, expect, test } from 'vitest';
import { mcSf } from '../../agents/schedulers/mc-sf.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { volume } from '../../agents/schedulers/volume.js';
import { exponential } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { act, createEngine, type Engine, run, toTurn } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { noisy } from '../../predictors/noisy.js';
import { oracle } from '../../predictors/oracle.js';
import { leftAt, runSmall } from '../contracts/small-world.js';

interface Job {
  readonly arrival: number;
  readonly prompt: number;
  readonly output: number;
}

/** The paper's machine: unit steps, any number at a time, a token of KV each; memory is the only limit. */
function machine(jobs: readonly Job[], memory: number, scheduler: () => Scheduler, predictor = oracle): Engine {
  const engine = createEngine({
    workload: createWorkload({
      name: 'unit steps',
      arrival: jobs.map(({ arrival }) => arrival),
      promptTokens: jobs.map(({ prompt }) => prompt),
      outputTokens: jobs.map(({ output }) => output),
      declared: jobs.map(({ output }) => output),
    }),
    rules: preset('vllm-v1', {
      blockSize: 1,
      blocks: memory,
      prefixCaching: false,
      tokenBudget: 100_000,
      maxModelLen: 1000,
    }),
    cost: constantStep(1),
    predictor,
    scheduler,
  });
  run(engine);
  return engine;
}

const totalTime = (jobs: readonly Job[], { replica }: Engine): number =>
  jobs.reduce((sum, { arrival }, r) => sum + replica.hidden.left[r] - arrival, 0);

/** The least Σ JCT of schedules without interruption, by trying every start; at most `known`. In its j-th step a request holds prompt + j − 1. */
function optimum(jobs: readonly Job[], memory: number, known: number): number {
  const horizon = jobs.reduce((end, { arrival, output }) => Math.max(end, arrival) + output, 0);
  const used = new Int32Array(horizon + 1);
  const alone = jobs.map((_, k) => jobs.slice(k).reduce((sum, { output }) => sum + output, 0));
  let best = known;
  const place = ({ prompt, output }: Job, start: number, sign: number): void => {
    for (let j = 0; j < output; j++) used[start + j] += sign * (prompt + j);
  };
  const search = (k: number, cost: number): void => {
    if (k === jobs.length) {
      best = cost;
      return;
    }
    const job = jobs[k];
    const last = best - cost - alone[k] + job.arrival; // a later start cannot be better
    for (let start = job.arrival; start < last && start + job.output <= horizon; start++) {
      let room = true;
      for (let j = 0; j < job.output && room; j++) room = used[start + j] + job.prompt + j <= memory;
      if (!room) continue;
      place(job, start, 1);
      if (cost + start - job.arrival + alone[k] < best) search(k + 1, cost + start + job.output - job.arrival);
      place(job, start, -1);
    }
  };
  search(0, 0);
  return best;
}

const draw = (seed: number, count: number, spread: number): Job[] => {
  const { next } = stream(seed, 'jobs');
  return Array.from({ length: count }, () => ({
    arrival: Math.floor(spread * next()),
    prompt: 1 + Math.floor(4 * next()),
    output: 1 + Math.floor(5 * exponential(next())),
  })).sort((a, b) => a.arrival - b.arrival);
};

describe('mc-sf', () => {
  test('with true lengths nobody ever loses its blocks, where others do', () => {
    let others = 0;
    for (let seed = 0; seed < 25; seed++) {
      const jobs = draw(seed, 40, 60);
      const memory = Math.max(30, ...jobs.map(({ prompt, output }) => prompt + output));
      for (const misfit of ['stop', 'skip'] as const) {
        const { replica, outcome } = machine(jobs, memory, () => mcSf({ misfit }));
        expect(outcome).toBe('drained');
        expect(replica.totals.evictions).toBe(0);
        expect(replica.totals.forced).toBe(0);
      }
      others += machine(jobs, memory, sjf).replica.totals.evictions;
    }
    expect(others).toBeGreaterThan(50);
  });

  test('a margin takes errors of belief', () => {
    const evictions = (margin: number): number =>
      Array.from({ length: 10 }, (_, seed) => draw(seed, 40, 60)).reduce(
        (sum, jobs) =>
          sum +
          machine(
            jobs,
            60,
            () => mcSf({ margin }),
            () => noisy({ sigma: 0.5 }),
          ).replica.totals.evictions,
        0,
      );
    expect(evictions(0.4)).toBeLessThan(evictions(0) / 2);
  });

  const long = Boolean(process.env.SERVEGYM_LONG);
  test.each([
    { spread: 1, mean: 1.02 },
    { spread: 12, mean: 1.06 },
  ])('within 10 % of the optimum in the mean, arrivals within $spread steps', ({ spread, mean }) => {
    const ratios = Array.from({ length: long ? 200 : 25 }, (_, seed) => {
      const jobs = draw(seed, 6, spread);
      const memory = Math.max(14, ...jobs.map(({ prompt, output }) => prompt + output));
      const total = totalTime(jobs, machine(jobs, memory, mcSf));
      return total / optimum(jobs, memory, total);
    });
    expect(ratios.reduce((a, b) => a + b) / ratios.length).toBeLessThan(mean);
  });

  test('looks ahead: waits for room that will be lacking, and enters as soon as it will do', () => {
    const jobs = [
      { arrival: 0, prompt: 4, output: 6 },
      { arrival: 0, prompt: 3, output: 4 },
    ];
    // Memory 10. The second is shorter: it holds 3, 4, 5, 6. The first needs 4 at once, which is free, but in the last of
    // these steps no more than that: so it enters then, and ends 6 later.
    const { hidden, totals } = machine(jobs, 10, mcSf).replica;
    expect(Array.from(hidden.left.subarray(0, 2))).toEqual([9, 4]);
    expect(totals.evictions).toBe(0);
    expect(machine(jobs, 10, sjf).replica.totals.evictions).toBeGreaterThan(0);
  });

  test('skip lets a longer one in where the shortest does not fit', () => {
    const jobs = [
      { arrival: 0, prompt: 8, output: 12 },
      { arrival: 1, prompt: 18, output: 2 },
      { arrival: 1, prompt: 1, output: 4 },
    ];
    const end = (misfit: 'stop' | 'skip') => machine(jobs, 26, () => mcSf({ misfit })).replica.hidden.left[2];
    expect(end('skip')).toBe(5);
    expect(end('stop')).toBeGreaterThan(5);
  });
});

describe('volume', () => {
  test('exponent 0 is srpt', () => {
    for (let seed = 0; seed < 6; seed++) {
      const plain = runSmall({ engine: 'vllm-v1+rank', seed, scheduler: srpt });
      const flat = runSmall({ engine: 'vllm-v1+rank', seed, scheduler: () => volume({ exponent: 0 }) });
      expect(leftAt(flat)).toEqual(leftAt(plain));
    }
  });

  /** On arrival, when nothing is computed yet. */
  const ranks = (jobs: readonly Job[], scheduler: () => Scheduler): number[] => {
    const engine = createEngine({ ...machine(jobs, 400, fcfs).setup, scheduler });
    toTurn(engine);
    act(engine);
    return Array.from(engine.replica.decision.rank.subarray(0, jobs.length));
  };

  test('is the KV that a request will hold, summed over its iterations', () => {
    const jobs = draw(3, 8, 1);
    const held = jobs.map(({ prompt, output }) => {
      const iterations = Array.from({ length: output }, (_, j) => prompt + 1 + j);
      return iterations.reduce((a, b) => a + b);
    });
    expect(ranks(jobs, volume)).toEqual(held);
  });

  test('short with a long prompt goes behind longer with a short one; less so the smaller the exponent', () => {
    const jobs = [
      { arrival: 0, prompt: 30, output: 8 },
      { arrival: 0, prompt: 2, output: 20 },
    ];
    const [a, b] = ranks(jobs, volume); // 8 · 34.5 and 20 · 12.5
    expect([a, b]).toEqual([276, 250]);
    const [c, d] = ranks(jobs, () => volume({ exponent: 0.5 }));
    expect(c).toBeLessThan(d);
  });

  test('prefill: what must be computed first counts as work', () => {
    const jobs = [{ arrival: 0, prompt: 11, output: 4 }];
    expect(ranks(jobs, () => volume({ exponent: 0, prefill: 0.5 }))).toEqual([4 + 0.5 * 10]);
  });
});
