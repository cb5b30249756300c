/**
 * What makes SGLang's scheduler different, worked by hand: prompts first, admission by declared length and ratio, the
 * victim, the ratio's way down and up.
 */
import { describe, expect, it } from 'vitest';
import { constantStep } from '../../../../env/serving/cost/affine.js';
import { createShape } from '../../../../env/serving/cost/cost.js';
import { rooflineCost } from '../../../../env/serving/cost/roofline.js';
import { createEngine, run } from '../../../../env/serving/engine.js';
import { loadGpu, loadModel } from '../../../../env/serving/hardware.js';
import { createMetrics, type Summary } from '../../../../env/serving/metrics.js';
import { ratioNow } from '../../../../env/serving/new-token-ratio.js';
import { fcfs } from '../../../../env/serving/policy.js';
import { preset } from '../../../../env/serving/presets.js';
import type { Replica } from '../../../../env/serving/replica.js';
import type { Rules } from '../../../../env/serving/rules.js';
import { asked } from '../../../laws/policies.js';
import { type Job, jobs, stepsOf, tokensOf } from '../steps.js';
import { longPrompts } from './long-prompts.js';

const small = { prefixCaching: false, blocks: 100, tokenBudget: 4, maxDrafts: 0, maxModelLen: 64 } as const;

describe('prompts first', () => {
  const two = jobs([
    [3, 4],
    [6, 2, 2, 1],
  ]);

  it('lets decodes wait while a prompt is computed, chunk by chunk', () => {
    expect(tokensOf(preset('sglang', small), two)).toEqual(['A 3', 'B 4', 'B 2', 'A 1, B 1', 'A 1', 'A 1']);
  });

  it('with mixed chunks lets decodes take part, and their tokens off the chunk', () => {
    const mixed = preset('sglang', { ...small, batching: 'mixed', phases: 'decodes-first' });
    expect(tokensOf(mixed, two)).toEqual(['A 3', 'A 1, B 3', 'A 1, B 3', 'A 1, B 1']);
  });

  it('has one prompt in chunks at a time: it goes on before the next is begun', () => {
    const three = jobs([
      [6, 1],
      [5, 1],
      [1, 1],
    ]);
    expect(tokensOf(preset('sglang', small), three)).toEqual(['A 4', 'A 2, B 2', 'B 3, C 1']);
  });

  it('costs a running answer a maximal chunk of time now and then, and brings the first token sooner than vLLM', () => {
    const gpu = loadGpu('h100');
    const model = loadModel('llama-3-8b');
    const cost = rooflineCost(gpu, model);
    const served = (name: 'sglang' | 'vllm-v1', changes: Partial<Rules>): Summary => {
      const metrics = createMetrics();
      const rules = preset(name, { prefixCaching: false, maxModelLen: 16_384, ...changes });
      run(createEngine({ workload: longPrompts(200, 1.5, 150, 8192), rules, cost, recorders: [metrics] }));
      return metrics.summary();
    };
    const sglang = served('sglang', { blocks: 400_000 });
    const vllm = served('vllm-v1', { blocks: 25_000, tokenBudget: 2048 });
    const shape = {
      ...createShape(),
      sequences: 1,
      tokens: 8192,
      prefills: 1,
      prefillTokens: 8192,
      prefillReads: 8192,
    };
    const chunk = cost.iteration({ ...shape, prefillWork: 8192 ** 2 / 2 });
    expect(Math.abs(sglang.tbt.p99 / chunk - 1)).toBeLessThan(0.2);
    expect(vllm.tbt.p99).toBeLessThan(0.5 * chunk);
    expect(sglang.ttft.mean).toBeLessThan(vllm.ttft.mean);
  });
});

describe('admission by what is declared', () => {
  const alike = (declared: number): Job[] => Array.from({ length: 20 }, () => [100, 50, declared]);
  const room = { prefixCaching: false, maxModelLen: 32_768 } as const;

  it('throttles those who declare much, where vLLM does not care', () => {
    // Of 20,000 tokens each takes 100 and pledges 4,097: a fifth would need 4,197 of 19,600 − 4 · 4,097 = 3,212.
    const sglang = (declared: number) =>
      stepsOf(preset('sglang', { ...room, blocks: 20_000 }), jobs(alike(declared))).steps;
    expect(sglang(4096)[0].tokens).toBe('A 100, B 100, C 100, D 100');
    expect(sglang(4096)).toHaveLength(5 * 50);
    expect(sglang(50)).toHaveLength(50);
    const vllm = (declared: number) => tokensOf(preset('vllm-v1', { ...room, blocks: 1250 }), jobs(alike(declared)));
    expect(vllm(4096)).toEqual(vllm(50));
  });

  it('does not count more than 4,096 declared tokens', () => {
    const rules = preset('sglang', { ...room, blocks: 20_000 });
    expect(tokensOf(rules, jobs(alike(12_000)))).toEqual(tokensOf(rules, jobs(alike(4096))));
  });

  it('a misfit closes the engine until someone leaves, though the next one would fit', () => {
    // B's need, 60 of 50, does not fit beside A; C would, but is not asked until A is done.
    const three = jobs([
      [20, 4, 9],
      [40, 2, 19, 1],
      [5, 2, 2, 1],
    ]);
    const rules = preset('sglang', { ...small, blocks: 70, tokenBudget: 64 });
    expect(tokensOf(rules, three)).toEqual(['A 20', 'A 1', 'A 1', 'A 1', 'B 40, C 5', 'B 1, C 1']);
  });
});

describe('retraction', () => {
  const tight = { ...small, blocks: 22, tokenBudget: 64, ratioStart: 0.1, ratioLeast: 0.1, ratioAhead: 2 } as const;
  const three = jobs([
    [4, 10],
    [5, 10, 10, 1],
    [3, 2, 10, 2],
  ]);

  it('takes the shortest output, of equal ones the longest prompt, and admits again when someone is done', () => {
    const ratios: number[] = [];
    const { steps, engine } = stepsOf(preset('sglang', tight), three, { look: (s) => ratios.push(ratioNow(s)) });
    expect(steps.map(({ tokens, blocks, free, evicted, done }) => [tokens, blocks, free, evicted, done])).toEqual([
      ['A 4', 'A 4', 18, '', ''],
      ['B 5', 'A 4, B 5', 13, '', ''], // 16 < 18 − .1 · 9
      ['A 1, B 1', 'A 5, B 6', 11, '', ''], // C: 14 ≥ 13 − .1 · 18
      ['A 1, B 1', 'A 6, B 7', 9, '', ''],
      ['A 1, B 1', 'A 7, B 8', 7, '', ''],
      ['A 1, B 1', 'A 8, B 9', 5, '', ''],
      ['A 1, B 1', 'A 9, B 10', 3, '', ''],
      ['A 1, B 1', 'A 10, B 11', 1, '', ''],
      ['A 1', 'A 11', 11, 'B', ''], // both have 7 tokens, B has the longer prompt
      ['A 1', 'A 12', 10, '', ''], // B: 12 + 3 + 1 ≥ 11 − 2 · 9/11
      ['A 1', 'A 13', 9, '', 'A'],
      ['B 12', 'B 12', 10, '', ''], // alone; C: 14 ≥ 10 − 11
      ['B 1', 'B 13', 9, '', ''],
      ['B 1', 'B 14', 8, '', 'B'],
      ['C 3', 'C 3', 19, '', ''],
      ['C 1', 'C 4', 18, '', 'C'],
    ]);
    expect(ratios.slice(0, 8)).toEqual(Array(8).fill(0.1));
    expect(ratios[8]).toBe((7 + 2 * 1) / (10 + 1));
    expect(engine.replica.totals.recomputedTokens).toBe(11);
  });

  it('is no more than 1 afterwards, whatever was declared', () => {
    let last = 0;
    stepsOf(preset('sglang', { ...tight, ratioAhead: 20 }), three, {
      look(s) {
        if (s.evicted.n > 0) last = ratioNow(s);
      },
    });
    expect(last).toBe(1);
  });

  it('keeps the prompt in the cache and drops what was generated', () => {
    const { steps, engine } = stepsOf(preset('sglang', { ...tight, prefixCaching: true }), three);
    expect(steps[11].tokens).toBe('B 7'); // 5 of its 12 tokens are found
    expect(engine.replica.totals.hitTokens).toBe(5);
  });

  it('never takes one that has generated more than another who stays', () => {
    const list: Job[] = Array.from({ length: 60 }, (_, k) => {
      const output = 20 + ((5 * k) % 13);
      return [3 + ((7 * k) % 11), output, output, 2 * k];
    });
    let retractions = 0;
    const fair = (s: Replica): void => {
      const { generated, promptTokens } = s.requests;
      const worth = (r: number): number => generated[r] * 1000 - promptTokens[r];
      for (let v = s.evictedBefore; v < s.evicted.n; v++) {
        retractions++;
        for (let k = 0; k < s.running.n; k++) {
          expect(worth(s.running.ids[k])).toBeGreaterThanOrEqual(worth(s.evicted.ids[v]));
        }
      }
    };
    const careless = {
      ...small,
      blocks: 300,
      tokenBudget: 64,
      ratioStart: 0,
      ratioLeast: 0,
      ratioAhead: 0,
      closesOnMisfit: false,
    };
    stepsOf(preset('sglang', careless), jobs(list), { look: fair });
    expect(retractions).toBeGreaterThan(3);
  });
});

describe('the new-token ratio', () => {
  const late = jobs([
    [4, 701, 2000],
    [4, 3, 3, 1000],
  ]);
  const rules = preset('sglang', { prefixCaching: false, blocks: 4000, maxModelLen: 4000 });

  it('falls evenly over 600 decode iterations from .7 to .098, and starts again when the engine was empty', () => {
    const ratios: number[] = [];
    stepsOf(rules, late, { look: (s) => ratios.push(ratioNow(s)) });
    expect(ratios).toHaveLength(701 + 3);
    for (const k of [0, 1, 2, 300, 599]) expect(ratios[k]).toBeCloseTo(0.7 - (k * 0.602) / 600, 12);
    for (const k of [600, 601, 700]) expect(ratios[k]).toBe(0.098);
    expect(ratios[701]).toBe(0.7);
  });

  it('is where it would be, to the last bit, after a leap', () => {
    const ratioAfter = (wakeIn: number): number => {
      const engine = createEngine({
        workload: late,
        rules,
        cost: constantStep(1),
        scheduler: asked(fcfs, wakeIn),
        horizon: 333,
      });
      run(engine);
      return ratioNow(engine.replica);
    };
    expect(ratioAfter(Infinity)).toBe(ratioAfter(1));
    expect(ratioAfter(Infinity)).toBeCloseTo(0.7 - (332 * 0.602) / 600, 12);
  });
});
