/** The bound is refused, with the reason, where what it rests on does not hold. */
import { describe, expect, it } from 'vitest';
import { affineCost } from '../../../env/serving/cost/affine.js';
import { type BatchShape, type CostModel, costModel } from '../../../env/serving/cost/cost.js';
import { preset } from '../../../env/serving/presets.js';
import { scriptedAcceptance } from '../../../env/workloads/acceptance/scripted.js';
import { createWorkload, type WorkloadColumns } from '../../../env/workloads/workload.js';
import { boundOf } from '../../../experiments/bound.js';

const affine = affineCost({ base: 900, perPrefillToken: 20, perDecodeToken: 9, perContextToken: 1 });
const rules = preset('vllm-v1', { blocks: 64, maxModelLen: 512 });
const columns: WorkloadColumns = {
  name: 'three',
  arrival: [0, 10, 20],
  promptTokens: [30, 40, 50],
  outputTokens: [20, 5, 9],
  declared: [20, 5, 9],
};

const because = (changes: Partial<WorkloadColumns>, own = rules, cost: CostModel = affine): string => {
  const bound = boundOf(createWorkload({ ...columns, ...changes }), own, cost);
  return bound.proven ? 'proven' : bound.because;
};

describe('of the workload', () => {
  it('holds for open loops in which everybody is served', () => {
    expect(because({})).toBe('proven');
  });

  it.each([
    ['a closed loop', { follows: [-1, 0, -1] }, 'closed loop'],
    ['clients who give up', { abortAt: [Infinity, 9000, Infinity] }, 'clients give up'],
    [
      'acceptance by the number of steps',
      { acceptance: scriptedAcceptance(() => ({ accepted: [1], drafts: [] })) },
      'depends on the steps taken',
    ],
    ['nobody who fits', { promptTokens: [600, 700, 800] }, 'no request fits'],
  ])('is refused for %s', (_what, changes, reason) => {
    expect(because(changes)).toContain(reason);
  });

  it('is refused where an engine aborts late requests, and where it never rejects what may not fit', () => {
    const due = { deadline: [5000, Infinity, Infinity] };
    expect(because(due)).toBe('proven');
    expect(because(due, { ...rules, late: 'abort' })).toContain('late requests are aborted');
    expect(because({ promptTokens: [600, 40, 50] }, { ...rules, unfit: 'block' })).toContain('may not fit');
  });

  it('leaves out who is rejected in any case', () => {
    const bound = boundOf(createWorkload({ ...columns, promptTokens: [600, 40, 50] }), rules, affine);
    expect(bound.proven && bound.requests).toBe(2);
  });
});

describe('of the cost', () => {
  const costing = (name: string, fixed: (s: BatchShape) => number): CostModel =>
    costModel(name, { fixed, perContext: 0 });

  it('is refused where the more in a batch the less time it takes', () => {
    expect(
      because(
        {},
        rules,
        costing('falling', (s) => 100 - 60 * s.sequences),
      ),
    ).toContain('no fixed part');
  });

  it('is refused where some batches are too cheap for their parts', () => {
    const bargain = costing('bargain', (s) => (s.decodes > 0 && s.prefills > 0 ? 10 : 900 + 20 * s.tokens));
    expect(because({}, rules, bargain)).toMatch(/no fixed part|less than its parts/);
    const rare = costing('rare', (s) => (s.prefillTokens === 5 && s.prefills === 2 ? 10 : 900 + 20 * s.tokens));
    expect(because({}, rules, rare)).toMatch(/less than its parts: .*2 prefills of 5/);
  });

  it('counts a slope below 0 as none, and does without the times of requests alone', () => {
    const slightly = costing('slightly', (s) => 9000 - 30 * s.decodeTokens + 5 * s.prefillTokens);
    const bound = boundOf(createWorkload(columns), rules, slightly);
    expect(bound.proven && bound.remark).toMatch(/one of its sequences alone/);
  });

  it('stays with the planes where computing at once takes longer than in pieces', () => {
    const steep = costing('steep', (s) => 100 + s.prefillTokens ** 2);
    const bound = boundOf(createWorkload(columns), rules, steep);
    expect(bound.proven && bound.remark).toMatch(/take longer at once than in two pieces/);
  });
});
