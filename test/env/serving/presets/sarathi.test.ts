/** What makes Sarathi's scheduler different, worked by hand, and the order of its ablation (paper, table 4). */
import { describe, expect, it } from 'vitest';
import { constantStep } from '../../../../env/serving/cost/affine.js';
import { rooflineCost } from '../../../../env/serving/cost/roofline.js';
import { createEngine, run } from '../../../../env/serving/engine.js';
import { loadGpu, loadModel } from '../../../../env/serving/hardware.js';
import { createMetrics, type Summary } from '../../../../env/serving/metrics.js';
import { preset } from '../../../../env/serving/presets.js';
import type { Rules } from '../../../../env/serving/rules.js';
import { jobs, stepsOf, tokensOf } from '../steps.js';
import { longPrompts } from './long-prompts.js';

const small = { blockSize: 4, blocks: 6, tokenBudget: 8, maxModelLen: 64 } as const;

describe('stall-free batches', () => {
  const three = jobs([
    [6, 6],
    [6, 4],
    [5, 2],
  ]);

  it('decodes, then prompts under way, then new ones; the last to arrive is recomputed when blocks run out', () => {
    const { steps, engine } = stepsOf(preset('sarathi', small), three);
    expect(steps.map(({ tokens, blocks, free, evicted, done }) => [tokens, blocks, free, evicted, done])).toEqual([
      ['A 6, B 2', 'A 2, B 2', 2, '', ''],
      ['A 1, B 4, C 3', 'A 2, B 2, C 2', 0, '', ''],
      ['A 1, B 1, C 2', 'A 2, B 2, C 2', 0, '', ''],
      ['A 1, B 1', 'A 3, B 2', 1, 'C', ''],
      ['A 1, B 1', 'A 3, B 3', 0, '', 'B'],
      ['A 1, C 6', 'A 3, C 2', 1, '', 'AC'],
    ]);
    expect(engine.replica.totals.recomputedTokens).toBe(5);
  });

  it('allocates the whole prompt at admission, though it is computed in chunks; vLLM allocates the chunk', () => {
    const one = jobs([[20, 1]]);
    expect(stepsOf(preset('sarathi', small), one).steps.map(({ blocks }) => blocks)).toEqual(['A 5', 'A 5', 'A 5']);
    const vllm = preset('vllm-v1', { ...small, maxDrafts: 0 });
    expect(stepsOf(vllm, one).steps.map(({ blocks }) => blocks)).toEqual(['A 2', 'A 4', 'A 5']);
  });

  it('stops at the first who does not fit, though the next one would', () => {
    const blocked = jobs([
      [12, 4],
      [16, 1],
      [3, 1],
    ]);
    expect(tokensOf(preset('sarathi', { ...small, tokenBudget: 32 }), blocked)).toEqual([
      'A 12',
      'A 1',
      'A 1',
      'A 1',
      'B 16, C 3',
    ]);
  });

  it('leaves a hundredth of the blocks free at admissions, also to one who is alone', () => {
    const rules = preset('sarathi', { ...small, blocks: 100, tokenBudget: 512, maxModelLen: 500 });
    const { steps, engine } = stepsOf(
      rules,
      jobs([
        [391, 5],
        [392, 5],
      ]),
    );
    expect(steps[0]).toMatchObject({ tokens: 'A 391', free: 2 });
    expect(engine.replica.totals.rejected).toBe(1); // prompt and answer of B need all 100
  });

  it('never refuses decodes for the budget, where vLLM does', () => {
    const batches = (rules: Rules): string[] => {
      const seen: string[] = [];
      const engine = createEngine({
        workload: jobs([
          [3, 6],
          [3, 6],
          [3, 6],
        ]),
        rules,
        cost: constantStep(1),
        // From the second step on the budget is 2.
        scheduler: () => ({
          name: 'small chunks',
          decide(view, out) {
            out.tokenBudget = view.now > 0 ? 2 : 12;
          },
        }),
        recorders: [{ planned: (s) => void seen.push(Array.from(s.plan.tokens.subarray(0, s.plan.n)).join(' ')) }],
      });
      run(engine);
      return seen;
    };
    const large = { ...small, blocks: 100, tokenBudget: 12 };
    expect(batches(preset('sarathi', large)).slice(0, 2)).toEqual(['3 3 3', '1 1 1']);
    expect(batches(preset('vllm-v1', { ...large, maxDrafts: 0 })).slice(0, 2)).toEqual(['3 3 3', '1 1']);
  });
});

describe('the ablation', () => {
  const gpu = loadGpu('a100');
  const model = loadModel('yi-34b');
  const served = (changes: Partial<Rules>): Summary => {
    const metrics = createMetrics();
    const rules = preset('sarathi', { tokenBudget: 1024, maxModelLen: 16_384, blocks: 12_000, ...changes });
    const cost = rooflineCost(gpu, model, { tensorParallel: 2 });
    run(createEngine({ workload: longPrompts(400, 0.9, 415), rules, cost, recorders: [metrics] }));
    return metrics.summary();
  };

  it('mixed batches have the first token soonest; chunks, above all in mixed batches, the smoothest answers', () => {
    const mixed = served({ chunkedPrefill: false, tokenBudget: 0x7fffffff });
    const chunks = served({ batching: 'alternating' });
    const both = served({});
    expect(mixed.ttft.p50).toBeLessThan(both.ttft.p50);
    expect(both.ttft.p50).toBeLessThan(chunks.ttft.p50);
    expect(both.tbt.p99).toBeLessThan(chunks.tbt.p99);
    expect(2.5 * chunks.tbt.p99).toBeLessThan(mixed.tbt.p99);
  });
});
