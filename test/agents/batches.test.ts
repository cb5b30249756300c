/** Schedulers that choose who is in memory together, and how large an iteration is: traces short enough to write down. */
import { describe, expect, test } from 'vitest';
import { aMin } from '../../agents/schedulers/a-min.js';
import { boost } from '../../agents/schedulers/boost.js';
import { fairBatching } from '../../agents/schedulers/fair-batching.js';
import { nestedWait } from '../../agents/schedulers/nested-wait.js';
import { sarathiChunk } from '../../agents/schedulers/sarathi-chunk.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { sortedF } from '../../agents/schedulers/sorted-f.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { affineCost, constantStep } from '../../env/serving/cost/affine.js';
import type { CostModel } from '../../env/serving/cost/cost.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { type PresetName, preset } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import { served } from './by-hand.js';
import { guesses } from './guesses.js';

interface Job {
  readonly arrival?: number;
  readonly prompt: number;
  readonly output?: number;
}

interface Machine extends Partial<Rules> {
  readonly engine?: PresetName;
  readonly cost?: CostModel;
  readonly predictor?: () => Predictor;
}

/** When each got its first token and left, and the tokens of every iteration. Steps take 1 µs, a token of KV is a block, unless said. */
function serve(jobs: readonly Job[], scheduler: () => Scheduler, machine: Machine = {}) {
  const { engine: name = 'vllm-v1', cost = constantStep(1), predictor = oracle, ...rules } = machine;
  const tokens: number[] = [];
  const engine = createEngine({
    workload: createWorkload({
      name: 'batches',
      arrival: jobs.map(({ arrival = 0 }) => arrival),
      promptTokens: jobs.map(({ prompt }) => prompt),
      outputTokens: jobs.map(({ output = 1 }) => output),
      declared: jobs.map(({ output = 1 }) => output),
    }),
    rules: preset(name, { blockSize: 1, blocks: 1e6, prefixCaching: false, tokenBudget: 8192, ...rules }),
    cost,
    predictor,
    scheduler,
    recorders: [{ ending: (_s, plan) => tokens.push(plan.tokens.subarray(0, plan.n).reduce((a, b) => a + b)) }],
  });
  run(engine);
  const { requests, hidden } = engine.replica;
  const of = (column: ArrayLike<number>): number[] => jobs.map((_, r) => column[r]);
  return { first: of(requests.firstToken), left: of(hidden.left), evictions: of(requests.evictions), tokens };
}

describe('sorted-f', () => {
  const memory = { blocks: 20, maxModelLen: 20 };
  const short = { prompt: 2, output: 2 };

  test('a short answer to a long prompt waits for the many whose memory it would take', () => {
    const jobs = [{ prompt: 15, output: 1 }, short, short, short, short];
    // F = 8/16 for the four, 1/1 for the first, 5/9 for it and two others, more than fit.
    expect(serve(jobs, sortedF, memory).left).toEqual([3, 2, 2, 2, 2]);
    expect(serve(jobs, sjf, memory).left).toEqual([1, 2, 2, 3, 3]);
  });

  test('where memory is no limit it is shortest first', () => {
    const jobs = [5, 1, 4, 2, 3].map((output) => ({ prompt: 1, output }));
    const oneSeat = { maxBatch: 1, maxResident: 1 };
    expect(serve(jobs, sortedF, oneSeat).left).toEqual(serve(jobs, sjf, oneSeat).left);
  });
});

describe('a-min', () => {
  const pair = (a: number, b: number): Job[] => [
    { prompt: 2, output: a },
    { prompt: 2, output: b },
  ];
  const believes = (...means: number[]) => guesses((_, r) => ({ length: means[r], spread: 2 }));

  test('believes the lower end and fills memory, A_max the upper one and leaves it empty', () => {
    const machine = { blocks: 10, maxModelLen: 10, predictor: believes(4, 4) };
    expect(serve(pair(6, 4), aMin, machine).left).toEqual([6, 4]); // 2 · (2 + 2) tokens are set aside
    expect(serve(pair(6, 4), () => aMin({ end: 'upper' }), machine).left).toEqual([6, 10]); // 2 · (2 + 6)
  });

  test('out of memory, the one with the smallest lower end goes, and comes back with what it has learnt', () => {
    // After three tokens each both hold 4 of 9, and want 5. Lower ends 1 and 2: the first leaves. It needs room for 2 + 3 then.
    const machine = { blocks: 9, maxModelLen: 9, predictor: believes(3, 4) };
    const { left, evictions } = serve(pair(6, 6), aMin, machine);
    expect(evictions).toEqual([1, 0]);
    expect(left).toEqual([9, 6]);
    expect(serve(pair(6, 6), sjf, machine).evictions).toEqual([0, 1]);
  });
});

describe('nested-wait', () => {
  const slow = { cost: constantStep(10) };
  const gates = (segment: number) => () => nestedWait({ segment, threshold: 2, ratio: 1 });

  test('who comes waits until another has come, unless nobody runs', () => {
    const jobs = [0, 5, 35].map((arrival) => ({ arrival, prompt: 1, output: 20 }));
    expect(serve(jobs, gates(50), slow).first).toEqual([10, 50, 50]);
    expect(serve(jobs, fcfs, slow).first).toEqual([10, 20, 50]);
  });

  test('who has done a segment waits for others at its end, where the engine can pause', () => {
    const jobs = [0, 10, 10].map((arrival) => ({ arrival, prompt: 1, output: 4 }));
    // The first has two tokens at 20, the others at 30: then all three go on.
    expect(serve(jobs, gates(2), { ...slow, engine: 'vllm-v1+rank' }).left).toEqual([50, 50, 50]);
    expect(serve(jobs, gates(2), slow).left).toEqual([40, 50, 50]);
  });
});

describe('boost', () => {
  const jobs = (last: number) => [
    { arrival: 0, output: 30 },
    { arrival: 100, output: 20 },
    { arrival: last, output: 2 },
  ];

  test('dates small ones back by ln(1 − e^(−γs))/γ', () => {
    // γ = .01/µs: 200 µs are worth 14.5 µs, 20 µs are worth 170.8: the last goes before the second if it comes within 156.3 of it.
    const moderate = () => boost({ gamma: 1e4 });
    expect(served(jobs(256), moderate)).toBe(`${'A'.repeat(30)}CC${'B'.repeat(20)}`);
    expect(served(jobs(257), moderate)).toBe(`${'A'.repeat(30)}${'B'.repeat(20)}CC`);
  });

  test('is shortest first with a small γ, by arrival with a large one', () => {
    expect(served(jobs(256), () => boost({ gamma: 1 }))).toBe(
      `${'A'.repeat(10)}${'B'.repeat(16)}CCBBBB${'A'.repeat(20)}`,
    );
    expect(served(jobs(101), () => boost({ gamma: 1e6 }))).toBe(`${'A'.repeat(30)}${'B'.repeat(20)}CC`);
  });
});

describe('fair-batching', () => {
  const cost = affineCost({ base: 1000, perPrefillToken: 10 });

  test('an iteration takes as long as the decodes have slack', () => {
    const jobs = [
      { prompt: 10, output: 40 },
      { arrival: 1100, prompt: 6000 },
    ];
    // The first token comes at 1.1 ms; the second is due at 2 + 10 ms, the third at 22: 10.9 and then 10 ms may be used.
    const tokens = (ttft: number) =>
      serve(jobs, () => fairBatching({ ttft, tpot: 10_000 }), { cost }).tokens.slice(0, 4);
    expect(tokens(2000)).toEqual([10, 991, 901, 901]);
    expect(tokens(12_000)).toEqual([10, 1991, 901, 901]); // what it is ahead is spent once
  });

  test('decodes that can wait leave the tokens to prompts, where the engine packs as ranked', () => {
    const jobs = [
      { prompt: 4, output: 12 },
      { arrival: 1, prompt: 40 },
    ];
    const ranked = { cost, engine: 'vllm-v1+rank', phases: 'as-ranked', tokenBudget: 8, maxDrafts: 0 } as const;
    // The prompt takes 5 iterations of 8 tokens; first come, first served 6 of 7.
    expect(serve(jobs, fairBatching, ranked).tokens.slice(0, 6)).toEqual([4, 8, 8, 8, 8, 8]);
    expect(serve(jobs, fairBatching, ranked).first[1]).toBeLessThan(serve(jobs, fcfs, ranked).first[1]);
  });
});

describe('sarathi-chunk', () => {
  const falling = () => sarathiChunk({ high: 256, low: 64, over: 1024, stages: 4 });

  test('chunks fall with the prompt tokens that are done', () => {
    // 256, 192, 128 and 64 for each quarter of 1,024.
    expect(serve([{ prompt: 1000 }], falling).tokens).toEqual([256, 192, 192, 128, 64, 64, 64, 40]);
    expect(serve([{ prompt: 1000 }], () => sarathiChunk({ stages: 1 })).tokens).toEqual([512, 488]);
  });

  test('decodes beside it count', () => {
    const jobs = [
      { prompt: 10, output: 50 },
      { arrival: 1, prompt: 900 },
    ];
    // One of each is the decode's: 255, 510, 701, 828 and 891 of the prompt are done.
    expect(serve(jobs, falling).tokens.slice(0, 7)).toEqual([10, 256, 256, 192, 128, 64, 10]);
  });
});
