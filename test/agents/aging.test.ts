/** Response ratios, aging and weights: waiting and worth against size. */
import { describe, expect, test } from 'vitest';
import { aged } from '../../agents/combine/aged.js';
import { weighted } from '../../agents/combine/weighted.js';
import { hrrn } from '../../agents/schedulers/hrrn.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { fcfs } from '../../env/serving/policy.js';
import { leftAt, runSmall } from '../contracts/small-world.js';
import { served } from './by-hand.js';

/** A runs until 60; B has waited since 1, short ones keep coming. */
const stream = [
  { arrival: 0, output: 6 },
  { arrival: 1, output: 6 },
  { arrival: 35, output: 3 },
  { arrival: 80, output: 3 },
  { arrival: 110, output: 3 },
];

test('hrrn: the short first, but not for ever', () => {
  expect(served(stream, sjf)).toBe('AAAAAACCCDDDEEEBBBBBB');
  // At 60: B (59/6) before C (25/3), which sjf takes first.
  expect(served(stream, hrrn)).toBe('AAAAAABBBBBBCCCDDDEEE');
  const later = stream.map((job, k) => (k === 2 ? { ...job, arrival: 20 } : job));
  // At 60: C (40/3) before B (59/6); at 90: B (89/6) before D (10/3).
  expect(served(later, hrrn)).toBe('AAAAAACCCBBBBBBDDDEEE');
});

test('hrrn by prompt reads no beliefs and never interrupts', () => {
  for (let seed = 0; seed < 6; seed++) {
    const { replica } = runSmall({ engine: 'vllm-v1+rank', seed, scheduler: () => hrrn({ by: 'prompt' }) });
    expect(replica.totals.pauses).toBe(0);
  }
});

describe('aged', () => {
  const jobs = [
    { arrival: 0, output: 2 },
    { arrival: 5, output: 5 },
    { arrival: 10, output: 3 },
  ];

  test('rate 0 changes nothing, a large one is first come, first served', () => {
    for (let seed = 0; seed < 6; seed++) {
      const plain = runSmall({ engine: 'vllm-v1+rank', seed, scheduler: srpt });
      const still = runSmall({ engine: 'vllm-v1+rank', seed, scheduler: aged(srpt, { rate: 0 }) });
      expect(leftAt(still)).toEqual(leftAt(plain));
      const old = runSmall({ engine: 'vllm-v1+rank', seed, scheduler: aged(srpt, { rate: 1e12 }) });
      expect(leftAt(old)).toEqual(leftAt(runSmall({ engine: 'vllm-v1+rank', seed, scheduler: fcfs })));
    }
  });

  test('5 µs of waiting make up for two tokens at .4 a µs, not at less', () => {
    expect(served(jobs, srpt)).toBe('AACCCBBBBB');
    expect(served(jobs, aged(srpt, { rate: 0.41e6 }))).toBe('AABBBBBCCC');
    expect(served(jobs, aged(srpt, { rate: 0.39e6 }))).toBe('AACCCBBBBB');
  });
});

describe('weighted', () => {
  const jobs = [
    { arrival: 0, output: 6, slo: 0, tenant: 1, priority: 3 },
    { arrival: 0, output: 4, slo: 1, tenant: 0, priority: -2 },
    { arrival: 0, output: 7, slo: 2, tenant: 2, priority: 9 },
  ];

  test('by class, tenant or priority; beyond the list the last counts', () => {
    expect(served(jobs, srpt)).toMatch(/^B+A+C+$/);
    expect(served(jobs, weighted(srpt))).toMatch(/^A+B+C+$/); // 6/2 before 4/1
    expect(served(jobs, weighted(srpt, { weights: [1, 1, 8] }))).toMatch(/^C+B+A+$/);
    expect(served(jobs, weighted(srpt, { by: 'tenant', weights: [1, 2] }))).toMatch(/^A+C+B+$/); // 6/2, 7/2, 4
    expect(served(jobs, weighted(srpt, { by: 'priority', weights: [1, 1, 1, 2, 9] }))).toMatch(/^C+A+B+$/);
  });

  test('serves weighted mean completion better than srpt', () => {
    const cost = (order: string): number => {
      const weights: Record<string, number> = { A: 2, B: 1, C: 1 };
      return Object.entries(weights).reduce((sum, [job, weight]) => sum + weight * (order.lastIndexOf(job) + 1), 0);
    };
    expect(cost(served(jobs, weighted(srpt)))).toBeLessThan(cost(served(jobs, srpt)));
  });

  test.each([{ weights: [] }, { weights: [1, 0] }, { weights: [Number.NaN] }])('refuses $weights', ({ weights }) => {
    expect(() => weighted(srpt, { weights })).toThrow(/weighted: weights are \[.*\], expected at least one/);
  });
});
