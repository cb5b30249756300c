/** Schedulers that look at what prompts share: who goes first, who waits for another's prefix, which groups are formed. */
import { describe, expect, test } from 'vitest';
import { batchllm } from '../../agents/schedulers/batchllm.js';
import { dfsWeight } from '../../agents/schedulers/dfs-weight.js';
import { lpm } from '../../agents/schedulers/lpm.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';

interface Ask {
  readonly arrival?: number;
  /** Texts of the prompt, each as name:tokens. */
  readonly prompt: string;
  readonly output?: number;
}

/** Letters of the requests in the order of their first tokens: A is the first row. One seat unless changed. */
function answered(asks: readonly Ask[], scheduler: () => Scheduler, changes: Partial<Rules> = {}) {
  const texts = asks.map(({ prompt }, k) => segmentsOf(`${prompt} own${k}:4`));
  const engine: Engine = createEngine({
    workload: createWorkload({
      name: 'prefixes',
      arrival: asks.map(({ arrival = 0 }) => arrival),
      promptTokens: texts.map((segments) => segments.reduce((sum, [, tokens]) => sum + tokens, 0)),
      outputTokens: asks.map(({ output = 1 }) => output),
      content: texts.map((segments, k) => ({ segments, answer: `answer ${k}` })),
    }),
    rules: preset('vllm-v1', { blockSize: 4, blocks: 400, maxModelLen: 400, maxBatch: 1, maxResident: 1, ...changes }),
    cost: affineCost({ base: 100, perPrefillToken: 10 }),
    scheduler,
    predictor: oracle,
  });
  run(engine);
  const { firstToken } = engine.replica.requests;
  const order = asks.map((_, r) => r).sort((a, b) => firstToken[a] - firstToken[b] || a - b);
  return {
    order: order.map((r) => String.fromCharCode(65 + r)).join(''),
    firstToken,
    hits: engine.replica.totals.hitTokens,
  };
}

const segmentsOf = (prompt: string): [string, number][] =>
  prompt.split(' ').map((text) => [text.split(':')[0], Number(text.split(':')[1])]);

describe('dfs-weight', () => {
  /** A, B and C leave x, x y and x z in the cache; then the others come while D is served, whose prompt is new. */
  const cached = ['x:8', 'x:8 y:8', 'x:8 z:8', 'd:60'].map((prompt, k) => ({ prompt, arrival: k }));
  const queue = ['x:8 y:8', 'w:8', 'x:8', 'x:8 z:8', 'x:8 z:8 v:4', 'x:8 z:8'];
  const asks = [...cached, ...queue.map((prompt, k) => ({ prompt, arrival: 1000 + k }))];

  test('the heaviest branch first, then the others, then who ends above them, at last who has nothing cached', () => {
    // Below x: z for H, I, J, y for E; G has no more than x; F nothing. Once J is alone with z, it weighs what E does.
    expect(answered(asks, dfsWeight).order).toBe('ABCDHIEJGF');
    // The longest match first does not know how many wait for z: E has as much cached as they.
    expect(answered(asks, () => lpm({ shared: 0 })).order).toBe('ABCDEHIJGF');
    expect(answered(asks, fcfs).order).toBe('ABCDEFGHIJ');
  });

  test('without prefix caching it is first come, first served', () => {
    expect(answered(asks, dfsWeight, { prefixCaching: false }).order).toBe('ABCDEFGHIJ');
  });
});

describe('the in-batch rule of lpm', () => {
  /** A, C and D begin with one document. */
  const document = (tokens: number) => ['x', 'y', 'x', 'x', 'z'].map((name) => ({ prompt: `${name}:${tokens}` }));
  const seats = { maxBatch: 2, maxResident: 2, cacheEntry: 'prefilled', tokenBudget: 400 } as const;

  test('of those who share 32 tokens one computes them, the others go behind all and find them', () => {
    const [ruled, free] = [32, 0].map((shared) => answered(document(32), () => lpm({ shared }), seats));
    expect([ruled.order, free.order]).toEqual(['ABCED', 'ABCDE']); // D waits for C, who has no more than 32 cached either
    expect([ruled.hits, free.hits]).toEqual([64, 64]);
    const together = { ...seats, maxBatch: 4, maxResident: 4 };
    const [postponed, beside] = [32, 0].map((shared) => answered(document(32), () => lpm({ shared }), together));
    // A, B, E and C fill the seats; without the rule A, B, C and D do, and compute the document three times.
    expect([postponed.order, beside.order]).toEqual(['ABCED', 'ABCDE']);
    expect([postponed.hits, beside.hits]).toEqual([32, 0]);
  });

  test('31 tokens do not postpone', () => {
    const together = { ...seats, maxBatch: 4, maxResident: 4, blockSize: 1 };
    expect(answered(document(31), lpm, together).order).toBe('ABCDE');
    expect(answered(document(32), lpm, together).order).toBe('ABCED');
  });
});

describe('batchllm', () => {
  test('the cut that saves most tokens: one level for each request', () => {
    // Six share 8 tokens, three of them 40: 5 · 8 = 40 together, 2 · 40 = 80 apart.
    const prompts = ['s:8', 's:8 t:32', 's:8', 's:8 t:32', 's:8', 's:8 t:32'];
    const deep = prompts.map((prompt) => ({ prompt, output: 2 }));
    // Of the group B, D, F 6 outputs come on 40 + 12 tokens; A, C and E are alone with 2 on 12.
    expect(answered(deep, batchllm).order).toBe('ACEBDF');
    const flat = deep.map(({ prompt }) => ({ prompt: prompt.replace('t:32', 't:4'), output: 2 }));
    // 5 · 8 = 40 together, 2 · 12 = 24 apart: one group, in it by output/prompt.
    expect(answered([...flat, { prompt: 'u:4', output: 2 }], batchllm).order).toBe('ACEBDFG');
  });

  test('decode-heavy groups first, and a group is not torn apart', () => {
    const asks = ['x:20', 'y:20', 'x:20', 'y:20'].map((prompt, k) => ({ prompt, output: [2, 9, 2, 9][k] }));
    const { order, hits } = answered(asks, batchllm, { blocks: 12, maxModelLen: 40 });
    expect(order).toBe('BDAC');
    expect(hits).toBe(40);
  });

  test('who comes later is grouped with those who wait', () => {
    const asks = [
      { prompt: 'a:40' },
      { prompt: 'x:20', arrival: 1 },
      { prompt: 'y:20', arrival: 2, output: 3 },
      { prompt: 'x:20', arrival: 3 },
    ];
    expect(answered(asks, batchllm).order).toBe('ACBD');
  });
});
