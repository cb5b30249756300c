/** Capacity, against engines whose capacity is known. */
import { describe, expect, it } from 'vitest';
import { affineCost, constantStep } from '../../env/serving/cost/affine.js';
import { preset } from '../../env/serving/presets.js';
import { constantAcceptance } from '../../env/workloads/acceptance/constant.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { saturate } from '../../experiments/capacity.js';
import { servegym } from './terminal.js';

const backlog = (count: number, prompt: number, output: number, alpha = 0) => {
  const fill = (n: number): number[] => Array(count).fill(n);
  const acceptance = constantAcceptance(
    alpha,
    Float64Array.from({ length: count }, (_, k) => k),
    1,
  );
  return createWorkload({
    name: 'backlog',
    arrival: fill(0),
    promptTokens: fill(prompt),
    outputTokens: fill(output),
    acceptance,
  });
};

describe('saturate', () => {
  it('finds the rate of an engine of n seats: n requests every (1 + output − 1) steps', () => {
    // Prompt and first token take one step, every further token one more: 10 steps of 10 ms for 8 seats.
    const s = saturate(backlog(4000, 16, 10), preset('vllm-v1', { maxBatch: 8 }), constantStep(10_000));
    expect(s.requestsPerSecond).toBeCloseTo(80, 0);
    expect(s.outputTokensPerSecond).toBeCloseTo(800, -1);
    expect(s.slots).toBeCloseTo(8, 6);
    expect(s.limit).toBe('sequences');
  });

  it('names memory where blocks run out first', () => {
    // A request of 17 … 26 tokens holds 2 blocks: 10 blocks serve 5.
    const s = saturate(
      backlog(4000, 17, 10),
      preset('vllm-v1', { maxBatch: 64, blocks: 10, maxModelLen: 128, prefixCaching: false }),
      constantStep(10_000),
    );
    expect(s.limit).toBe('memory');
    expect(s.slots).toBeCloseTo(5, 6);
    expect(s.requestsPerSecond).toBeCloseTo(50, 0);
  });

  it('names tokens where the budget of an iteration runs out first', () => {
    const s = saturate(
      backlog(3000, 1000, 1),
      preset('vllm-v1', { tokenBudget: 500, blocks: 100_000 }),
      affineCost({ base: 0, perPrefillToken: 10 }),
    );
    expect(s.limit).toBe('tokens');
    expect(s.requestsPerSecond).toBeCloseTo(100, 0);
    expect(s.promptTokensPerSecond).toBeCloseTo(100_000, -2);
  });

  it('does not count the emptying of the engine', () => {
    // 12 requests on 8 seats: until the last one is admitted 8 have been served whole.
    const s = saturate(backlog(12, 16, 10), preset('vllm-v1', { maxBatch: 8 }), constantStep(10_000));
    expect(s.seconds).toBeCloseTo(0.1, 9);
    expect(s.requestsPerSecond).toBeGreaterThan(79);
    expect(s.requestsPerSecond).toBeLessThan(100);
  });

  it('says that nothing limits where all fit at once', () => {
    expect(saturate(backlog(4, 16, 10), preset('vllm-v1', { maxBatch: 8 }), constantStep(10_000)).limit).toBe(
      'nothing',
    );
  });

  it('grows with accepted drafts', () => {
    const at = (gamma: number) =>
      saturate(backlog(500, 16, 50, 0.8), preset('vllm-v1', { maxBatch: 8, drafts: gamma }), constantStep(10_000))
        .requestsPerSecond;
    expect(at(2) / at(0)).toBeGreaterThan(1.8);
  });
});

describe('servegym capacity', () => {
  it('finds the best fixed draft length among 0 … 8, and the 24 slots of the embedded setting', async () => {
    const { code, out } = await servegym(['capacity', '--json']);
    expect(code).toBe(0);
    const [{ engine, gamma, capacity, tried }] = JSON.parse(out).engines;
    expect(engine).toBe('vllm-v1');
    expect(tried.map((t: { gamma: number }) => t.gamma)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(capacity.requestsPerSecond).toBe(
      Math.max(...tried.map((t: { requestsPerSecond: number }) => t.requestsPerSecond)),
    );
    expect(capacity.gamma).toBe(gamma);
    expect(capacity.slots).toBeGreaterThan(20);
    expect(capacity.slots).toBeLessThan(28);
  });
});
