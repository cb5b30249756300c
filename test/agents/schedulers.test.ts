/** Each scheduler's own rule, on schedules written by hand. */
import { describe, expect, test } from 'vitest';
import { las } from '../../agents/schedulers/las.js';
import { priority } from '../../agents/schedulers/priority.js';
import { psjf } from '../../agents/schedulers/psjf.js';
import { random } from '../../agents/schedulers/random.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { fcfs } from '../../env/serving/policy.js';
import { runSmall } from '../contracts/small-world.js';
import { served } from './by-hand.js';

const short = [
  { arrival: 0, output: 5 },
  { arrival: 15, output: 2 },
];
const shorterAsAWhole = [
  { arrival: 0, output: 5 },
  { arrival: 20, output: 4 },
];
const twins = [
  { arrival: 0, output: 3 },
  { arrival: 0, output: 3 },
];

test('fcfs serves in order of arrival', () => expect(served(short, fcfs)).toBe('AAAAABB'));

test('srpt lets a newcomer with less left go first', () => expect(served(short, srpt)).toBe('AABBAAA'));

test('srpt counts down, psjf does not', () => {
  expect(served(shorterAsAWhole, srpt)).toBe('AAAAABBBB');
  expect(served(shorterAsAWhole, psjf)).toBe('AABBBBAAA');
});

test('sjf takes the shortest of those who wait and never stops who runs', () => {
  const jobs = [...short, { arrival: 5, output: 3 }, { arrival: 70, output: 1 }];
  expect(served(jobs, sjf)).toBe('AAAAACCDBBB');
  expect(runSmall({ engine: 'serial', seed: 1, scheduler: psjf }).replica.totals.pauses).toBeGreaterThan(0);
  for (const engine of ['serial', 'vllm-v1+rank'] as const) {
    for (let seed = 0; seed < 12; seed++)
      expect(runSmall({ engine, seed, scheduler: sjf }).replica.totals.pauses).toBe(0);
  }
});

describe('las', () => {
  test('equals take turns token by token', () => expect(served(twins, las)).toBe('ABABAB'));

  test('a newcomer catches up first', () => {
    expect(served([...twins, { arrival: 35, output: 3 }], las)).toBe('ABABCCABC');
  });

  test('a quantum makes the turns longer', () => {
    expect(served(twins, () => las({ quantum: 2 }))).toBe('AABBAB');
    expect(served(twins, () => las({ by: 'service', quantum: 20 }))).toBe('AABBAB');
  });
});

test('priority serves the lowest value first, then first come', () => {
  const jobs = [
    { arrival: 0, output: 2, priority: 1 },
    { arrival: 0, output: 2, priority: 1 },
    { arrival: 10, output: 2, priority: -1 },
  ];
  expect(served(jobs, priority)).toBe('ACCABB');
});

test('random is an order of keys and seeds, not of arrivals', () => {
  const order = (seed: number): string => {
    const { replica } = runSmall({ engine: 'vllm-v1', seed, scheduler: random });
    const { rank } = replica.decision;
    return Array.from(rank.keys())
      .sort((a, b) => rank[a] - rank[b])
      .join(' ');
  };
  expect(order(1)).toBe(order(1));
  expect(new Set(Array.from({ length: 8 }, (_, seed) => order(seed))).size).toBe(8);
});
