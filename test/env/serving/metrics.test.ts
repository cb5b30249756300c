/** Metrics of episodes that are worked out by hand. */
import { describe, expect, it } from 'vitest';
import { constantStep } from '../../../env/serving/cost/affine.js';
import type { Setup } from '../../../env/serving/engine.js';
import type { MetricsOptions } from '../../../env/serving/metrics.js';
import { preset } from '../../../env/serving/presets.js';
import { scriptedAcceptance } from '../../../env/workloads/acceptance/scripted.js';
import { createWorkload, type WorkloadColumns } from '../../../env/workloads/workload.js';
import { measure } from './measure.js';

/**
 * One seat, 10 µs an iteration, 4 tokens a block. A is served 0 – 30 (tokens at 10, 20, 30), B, there from 5, 30 – 50
 * (tokens at 40, 50), nobody is here until C's 100 – 110.
 */
const three: WorkloadColumns = {
  name: 'three',
  arrival: [0, 5, 100],
  promptTokens: [4, 4, 8],
  outputTokens: [3, 2, 1],
};
const oneSeat = (columns: WorkloadColumns = three): Setup => ({
  workload: createWorkload(columns),
  rules: preset('vllm-v1', { blockSize: 4, blocks: 8, maxBatch: 1, maxModelLen: 32 }),
  cost: constantStep(10),
});

describe('three requests, one seat', () => {
  const { summary } = measure(oneSeat());

  it('counts requests and the span', () => {
    expect(summary.requests).toEqual({ arrived: 3, finished: 3, aborted: 0, rejected: 0, unfinished: 0 });
    expect(summary.span).toBe(110);
  });
  it('TTFT 10, 35, 10', () => {
    expect(summary.ttft).toEqual({ count: 3, mean: 55 / 3, p50: 10, p90: 35, p95: 35, p99: 35, max: 35 });
  });
  it('JCT 30, 45, 10', () => {
    expect(summary.jct).toEqual({ count: 3, mean: 85 / 3, p50: 30, p90: 45, p95: 45, p99: 45, max: 45 });
  });
  it('three gaps of 10 between tokens, TPOT of A and B', () => {
    expect(summary.tbt).toEqual({ count: 3, mean: 10, p50: 10, p90: 10, p95: 10, p99: 10, max: 10 });
    expect(summary.tpot).toEqual({ count: 2, mean: 10, p50: 10, p90: 10, p95: 10, p99: 10, max: 10 });
  });
  it('B waits 25 for its first batch: the longest anyone is without service', () => {
    expect(summary.schedulingDelay).toEqual({ count: 3, mean: 25 / 3, p50: 0, p90: 25, p95: 25, p99: 25, max: 25 });
    expect(summary.fairness.longestStarvation).toBe(25);
  });
  it('slowdown 1, 45/20, 1', () => {
    expect(summary.slowdown).toEqual({ count: 3, mean: 4.25 / 3, p50: 1, p90: 2.25, p95: 2.25, p99: 2.25, max: 2.25 });
    expect(summary.fairness.jain).toBeCloseTo(484 / 534, 12);
  });
  it('rates', () => {
    expect(summary.throughput.requestsPerSecond).toBeCloseTo(3 / 110e-6, 6);
    expect(summary.throughput.outputTokensPerSecond).toBeCloseTo(6 / 110e-6, 6);
    expect(summary.throughput.computedTokensPerSecond).toBeCloseTo(19 / 110e-6, 6);
  });
  it('blocks: 1 while 4 tokens are computed, 2 from the fifth on', () => {
    expect(summary.kvUse.mean).toBeCloseTo((10 + 20 + 20 + 10 + 20 + 20) / (8 * 110), 12);
    expect(summary.kvUse.max).toBe(2 / 8);
  });
  it('time in system, in batches, and waiting', () => {
    expect(summary.iterations).toBe(6);
    expect(summary.batchSize).toEqual({ mean: 1, max: 1 });
    expect(summary.inSystem).toBeCloseTo(85 / 110, 12);
    expect(summary.busy).toBeCloseTo(60 / 110, 12);
    expect(summary.waitingShare).toBeCloseTo(1 - 60 / 85, 12);
  });
  it('nothing promised, everything kept', () => {
    expect([summary.sloAttainment, summary.goodput]).toEqual([1, summary.throughput.requestsPerSecond]);
  });
});

describe('at the horizon', () => {
  it('who is unfinished is left out of JCT and told apart', () => {
    const { summary } = measure({ ...oneSeat(), horizon: 40 });
    expect(summary.requests).toEqual({ arrived: 2, finished: 1, aborted: 0, rejected: 0, unfinished: 1 });
    expect([summary.span, summary.jct.count, summary.jct.mean]).toEqual([40, 1, 30]);
    expect([summary.ttft.count, summary.ttft.max]).toEqual([2, 35]);
    expect(summary.censored).toEqual({ count: 1, meanElapsed: 35, meanJctAtLeast: (30 + 35) / 2 });
    expect(summary.slowdown.count).toBe(1);
  });
  it('who never had a batch has starved until then', () => {
    const { summary } = measure({ ...oneSeat(), horizon: 20 });
    expect([summary.schedulingDelay.count, summary.fairness.longestStarvation]).toEqual([1, 15]);
  });
  it('who has broken a promise already counts as missed, who has not is left out', () => {
    const met = (ttft: number): number =>
      measure({ ...oneSeat(), horizon: 30 }, { slo: [{ ttft }] }).summary.sloAttainment;
    expect([met(25), met(24)]).toEqual([1, 1 / 2]); // A has kept it; B has waited 25
  });
  it('nothing at all: counts are 0, the rest is not a number', () => {
    const { summary } = measure(oneSeat({ name: 'none', arrival: [], promptTokens: [], outputTokens: [] }));
    expect(summary.requests.arrived).toBe(0);
    expect(summary.jct.mean).toBeNaN();
  });
});

describe('objectives', () => {
  const goodput = (options: MetricsOptions, columns: Partial<WorkloadColumns> = {}): number[] => {
    const { summary } = measure(oneSeat({ ...three, ...columns }), options);
    return [Math.round(summary.goodput * 110e-6), Math.round(summary.sloAttainment * 3)];
  };
  it.each([
    ['TTFT', { ttft: 34 }, 2],
    ['TTFT on the limit', { ttft: 35 }, 3],
    ['TPOT; one token has none', { tpot: 9 }, 1],
    ['JCT', { jct: 29 }, 1],
  ])('%s', (_name, slo, met) => {
    expect(goodput({ slo: [slo] })).toEqual([met, met]);
  });
  it('go by class', () => {
    expect(goodput({ slo: [{}, { ttft: 5 }] }, { slo: [0, 1, 1] })).toEqual([1, 1]);
    expect(goodput({ slo: [{ ttft: 5 }] }, { slo: [0, 1, 1] })).toEqual([2, 2]);
  });
  it('deadlines count without being asked for', () => {
    expect(goodput({}, { deadline: [30, 49, 110] })).toEqual([2, 2]);
  });
  it('who gave up or was rejected has missed them', () => {
    const { summary } = measure(oneSeat({ ...three, abortAt: [Infinity, 20, Infinity], promptTokens: [4, 4, 33] }));
    expect(summary.requests).toEqual({ arrived: 3, finished: 1, aborted: 1, rejected: 1, unfinished: 0 });
    expect(summary.sloAttainment).toBeCloseTo(1 / 3, 12);
    expect([summary.jct.count, summary.ttft.count]).toEqual([1, 1]);
    expect(summary.fairness.longestStarvation).toBe(15);
  });
});

describe('speculation', () => {
  it('tokens of one update share its gap', () => {
    const acceptance = scriptedAcceptance(() => ({ accepted: [2, 1], drafts: [2] }));
    const columns = { name: 'drafts', arrival: [0], promptTokens: [4], outputTokens: [6], acceptance };
    const { summary } = measure({ ...oneSeat(columns), rules: preset('vllm-v1', { drafts: 2 }) });
    // Updates of 1 (prompt), 2 and 3 tokens: the second verification accepts 1, the third 2.
    expect([summary.tbt.count, summary.tbt.mean, summary.iterations]).toEqual([2, 10, 3]);
    expect([summary.tpot.mean, summary.ttft.mean, summary.jct.mean]).toEqual([20 / 5, 10, 30]);
    expect(summary.drafts).toEqual({ proposed: 4, accepted: 3 });
    expect(summary.slowdown.max).toBe(1);
  });
});

describe('eviction', () => {
  it('of the schedule worked by hand: C loses its blocks once and computes 5 tokens again', () => {
    const { summary } = measure({
      workload: createWorkload({
        name: 'hand trace',
        arrival: [0, 0, 0],
        promptTokens: [6, 6, 5],
        outputTokens: [6, 4, 2],
      }),
      rules: preset('vllm-v1', {
        blockSize: 4,
        blocks: 6,
        tokenBudget: 8,
        maxBatch: 3,
        maxDrafts: 0,
        prefixCaching: false,
        unfit: 'block',
      }),
      cost: constantStep(10),
    });
    expect([summary.evictions, summary.recomputedTokens, summary.iterations]).toEqual([1, 5, 6]);
    // C: first batch in step 2, tokens at 30 and 60, no batch in steps 4 and 5.
    expect(summary.schedulingDelay).toMatchObject({ count: 3, mean: 10 / 3, max: 10 });
    expect(summary.fairness.longestStarvation).toBe(20);
    // A: tokens at 10, 20 … 60; B: 20 … 50; C: 30 and 60.
    expect(summary.tbt).toMatchObject({ count: 9, mean: (5 * 10 + 3 * 10 + 30) / 9, p50: 10, max: 30 });
    // Used after each packing: 3, 5, 6, 5, 6, 5 of 6.
    expect(summary.kvUse).toEqual({ mean: 30 / 36, max: 1 });
    expect(summary.batchSize).toEqual({ mean: (2 + 3 + 3 + 2 + 2 + 2) / 6, max: 3 });
  });
});
