/** What combinators change about the policy they wrap. */
import { describe, expect, test } from 'vitest';
import { hysteresis } from '../../agents/combine/hysteresis.js';
import { limited } from '../../agents/combine/limited.js';
import { nonPreemptive } from '../../agents/combine/non-preemptive.js';
import { formula } from '../../agents/schedulers/formula.js';
import { lapsSd } from '../../agents/schedulers/laps-sd.js';
import { las } from '../../agents/schedulers/las.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { leftAt, runSmall } from '../contracts/small-world.js';
import { served } from './by-hand.js';

/** When the second one comes, the first has 3 tokens left. */
const jobs = [
  { arrival: 0, output: 5 },
  { arrival: 15, output: 2 },
];
const twins = [
  { arrival: 0, output: 4 },
  { arrival: 0, output: 4 },
];
const seeds = Array.from({ length: 8 }, (_, seed) => seed);

describe('hysteresis', () => {
  test.each([
    { gap: 2, ratio: 0, expected: 'AAAAABB' },
    { gap: 1, ratio: 0, expected: 'AAAAABB' }, // better by just the margin: equal, so the earlier one
    { gap: 0.5, ratio: 0, expected: 'AABBAAA' },
    { gap: 0, ratio: 0.5, expected: 'AAAAABB' },
    { gap: 0, ratio: 0.25, expected: 'AABBAAA' },
    { gap: 0.5, ratio: 0.25, expected: 'AAAAABB' },
  ])('gap $gap and ratio $ratio against a newcomer with one token less: $expected', ({ expected, ...margin }) => {
    expect(served(jobs, hysteresis(srpt, margin))).toBe(expected);
  });

  test('nothing changes without a margin', () => {
    for (const seed of seeds) {
      const plain = runSmall({ engine: 'vllm-v1+rank', seed, scheduler: srpt });
      const wrapped = runSmall({ engine: 'vllm-v1+rank', seed, scheduler: hysteresis(srpt, { gap: 0, ratio: 0 }) });
      expect(leftAt(wrapped)).toEqual(leftAt(plain));
    }
  });

  test('ranks without end have no margin', () => {
    const endless = () => formula('deadline');
    expect(served(jobs, hysteresis(endless))).toBe('AAAAABB');
  });

  test('it calms a policy that thrashes', () => {
    const total = (scheduler: () => Scheduler) =>
      seeds.reduce((sum, seed) => sum + runSmall({ engine: 'serial', seed, scheduler }).replica.totals.pauses, 0);
    expect(total(hysteresis(las, { gap: 8, ratio: 0 }))).toBeLessThan(total(las) / 2);
  });
});

describe('limited', () => {
  test.each([
    { limit: 0, expected: 'AAAABBBB' },
    { limit: 1, expected: 'ABAAABBB' },
    { limit: 2, expected: 'ABABAABB' },
    { limit: 9, expected: 'ABABABAB' },
  ])('two who would take turns, displaced at most $limit times: $expected', ({ limit, expected }) => {
    expect(served(twins, limited(las, { limit }))).toBe(expected);
  });

  test('nobody is displaced more often than allowed', () => {
    for (const seed of seeds) {
      const { pauses } = runSmall({ engine: 'serial', seed, scheduler: limited(las, { limit: 2 }) }).replica.requests;
      expect(Math.max(...pauses)).toBe(2);
    }
  });
});

describe('non-preemptive', () => {
  const policies = [las, srpt, () => lapsSd({ border: 3000 }), () => formula('-arrival')];

  test.each(['serial', 'vllm-v1+rank'] as const)('nobody loses a seat on %s', (engine) => {
    const pauses = (scheduler: () => Scheduler) =>
      seeds.reduce((sum, seed) => sum + runSmall({ engine, seed, scheduler }).replica.totals.pauses, 0);
    for (const policy of policies) {
      expect(pauses(policy)).toBeGreaterThan(0);
      expect(pauses(nonPreemptive(policy))).toBe(0);
    }
  });

  test('the policy orders the queue', () => {
    const lastCome = () => formula('-arrival');
    const queue = [...jobs, { arrival: 20, output: 1 }];
    expect(served(queue, lastCome)).toBe('AACBBAAA');
    expect(served(queue, nonPreemptive(lastCome))).toBe('AAAAACBB');
  });
});

test('whatever else the wrapped policy writes passes through', () => {
  const cautious = (): Scheduler => ({
    name: 'cautious',
    decide({ changed }, out) {
      out.tokenBudget = 20;
      for (let k = 0; k < changed.n; k++) out.chunk[changed.ids[k]] = 3;
    },
  });
  for (const seed of seeds) {
    const plain = runSmall({ engine: 'vllm-v1', seed, scheduler: cautious });
    const wrapped = runSmall({
      engine: 'vllm-v1',
      seed,
      scheduler: hysteresis(limited(cautious, { limit: 1e9 }), { ratio: 0 }),
    });
    expect(wrapped.scheduler.name).toBe('hysteresis(limited(cautious))');
    expect(wrapped.replica.totals.iterations).toBe(plain.replica.totals.iterations);
    expect(wrapped.replica.decision.chunk).toEqual(plain.replica.decision.chunk);
  }
});

test('a touched request is ranked anew although nothing happened to it', () => {
  // The one who waits is put first from outside after two tokens.
  const late = (): Scheduler => ({
    name: 'late',
    decide({ requests, live }, out) {
      if (requests.generated[0] !== 2) return;
      for (let k = 0; k < live.n; k++) {
        const r = live.ids[k];
        out.rank[r] = -r;
        out.touch(r);
      }
    },
  });
  expect(served(twins, late)).toBe('AABBBBAA');
  expect(served(twins, hysteresis(late, { gap: 0, ratio: 0 }))).toBe('AABBBBAA');
  expect(served(twins, hysteresis(late, { gap: 1, ratio: 0 }))).toBe('AAAABBBB');
});
