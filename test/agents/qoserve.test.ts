/** QoServe: order by class and remaining prompt, relegation, and a chunk that leaves decodes their time. */
import { describe, expect, test } from 'vitest';
import { type QoserveOptions, qoserve } from '../../agents/schedulers/qoserve.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { preset } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { createWorkload } from '../../env/workloads/workload.js';

interface Ask {
  readonly arrival?: number;
  readonly prompt: number;
  readonly output?: number;
  readonly slo?: number;
}

/** Who got the first token when, and the tokens of every iteration. 1 ms an iteration, 10 µs a token of prompt. */
function serve(asks: readonly Ask[], options: QoserveOptions, changes: Partial<Rules> = {}) {
  const tokens: number[] = [];
  const engine = createEngine({
    workload: createWorkload({
      name: 'classes',
      arrival: asks.map(({ arrival = 0 }) => arrival),
      promptTokens: asks.map(({ prompt }) => prompt),
      outputTokens: asks.map(({ output = 1 }) => output),
      declared: asks.map(({ output = 1 }) => output),
      slo: asks.map(({ slo = 0 }) => slo),
    }),
    rules: preset('vllm-v1', { tokenBudget: 8192, prefixCaching: false, ...changes }),
    cost: affineCost({ base: 1000, perPrefillToken: 10 }),
    scheduler: () => qoserve(options),
    recorders: [{ ending: (_s, plan) => tokens.push(plan.tokens.subarray(0, plan.n).reduce((a, b) => a + b)) }],
  });
  run(engine);
  const { firstToken } = engine.replica.requests;
  const order = asks.map((_, r) => r).sort((a, b) => firstToken[a] - firstToken[b]);
  return { order, tokens };
}

const oneSeat = { maxBatch: 1, maxResident: 1 };

describe('order', () => {
  test('the class with the nearer limit first, in a class by arrival and remaining prompt', () => {
    const asks = [{ prompt: 10 }, { prompt: 300, slo: 2 }, { prompt: 300, slo: 1 }, { prompt: 300 }, { prompt: 20 }];
    expect(serve(asks, {}, oneSeat).order).toEqual([0, 4, 3, 2, 1]);
    // 8 ms a token: 100 tokens more outweigh 800 ms of arrival, not 900.
    const pair = (arrival: number) => [
      { prompt: 500, output: 900 },
      { arrival: 1, prompt: 200 },
      { arrival, prompt: 100 },
    ];
    expect(serve(pair(800_000), {}, oneSeat).order).toEqual([0, 2, 1]);
    expect(serve(pair(801_002), {}, oneSeat).order).toEqual([0, 1, 2]);
  });

  test('who cannot be in time goes behind all who can', () => {
    // The second would need 200/8,500 s = 23 ms; the limit of class 0 is 30 ms and the first takes 13.
    const asks = [{ prompt: 100, output: 12 }, { prompt: 200 }, { prompt: 100, slo: 1 }];
    expect(serve(asks, { limits: [60_000, 9e6] }, oneSeat).order).toEqual([0, 1, 2]);
    expect(serve(asks, { limits: [30_000, 9e6] }, oneSeat).order).toEqual([0, 2, 1]);
  });
});

describe('chunk', () => {
  const talker = { prompt: 10, output: 40 };
  const paper = { arrival: 1100, prompt: 6000 };

  test('as large as the list has while nobody who decodes has a near limit', () => {
    expect(serve([paper], {}).tokens).toEqual([2552, 2552, 896]);
    expect(serve([talker, paper], { gap: 1e6 }).tokens.slice(0, 3)).toEqual([10, 2552, 2552]);
  });

  test.each([
    [20_000, 1536], // 20.9 ms
    [10_000, 768], // 10.9 ms
    [1000, 128], // 1.9 ms: the least there is
  ])('its believed time and a fifth more fit the least slack: tokens every %i µs', (gap, chunk) => {
    // At 1.1 ms the second token is due in 2 − 1.1 ms and a gap; 1.2·(1 + .01·tokens) ms must fit.
    expect(serve([talker, paper], { limits: [2000, 9e6], gap }).tokens[1]).toBe(chunk);
  });

  test('at most 512 while less than a tenth of the blocks is free', () => {
    const short = { blockSize: 16, blocks: 354, maxModelLen: 5660 };
    expect(serve([{ prompt: 5640 }], {}, short).tokens).toEqual([2552, 2552, 512, 24]);
    expect(serve([{ prompt: 5640 }], {}).tokens).toEqual([2552, 2552, 536]);
  });
});
