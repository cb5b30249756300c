/** Longest prefix match: what grouping by prefix saves, and where it is first come, first served. */
import { expect, test } from 'vitest';
import { lpm } from '../../agents/schedulers/lpm.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { leftAt } from '../contracts/small-world.js';

/** `count` questions at once about four documents in turn, of which the cache holds two; one is answered at a time. */
function questions(count: number, scheduler: () => Scheduler, changes: Partial<Rules> = {}): Engine {
  const rows = Array.from({ length: count }, (_, k) => k);
  const engine = createEngine({
    workload: createWorkload({
      name: 'questions',
      arrival: rows.map(() => 0),
      promptTokens: rows.map(() => 40),
      outputTokens: rows.map((k) => 2 + (k % 3)),
      declared: rows.map(() => 4),
      content: rows.map((k) => ({
        segments: [
          [`document ${k % 4}`, 32],
          [`question ${k}`, 8],
        ],
        answer: `answer ${k}`,
      })),
    }),
    rules: preset('vllm-v1', { blockSize: 4, blocks: 24, maxModelLen: 64, maxBatch: 1, maxResident: 1, ...changes }),
    cost: affineCost({ base: 100, perPrefillToken: 10 }),
    scheduler,
  });
  run(engine);
  return engine;
}

/** Requests in the order in which they got their first token. */
const order = ({ replica, delivered }: Engine): number[] => {
  const { firstToken } = replica.requests;
  return Array.from({ length: delivered }, (_, r) => r).sort((a, b) => firstToken[a] - firstToken[b]);
};

test('who shares a cached prefix goes first, and so more of it is found', () => {
  const [grouped, arrived] = [lpm, fcfs].map((scheduler) => questions(40, scheduler));
  expect(order(arrived)).toEqual(Array.from({ length: 40 }, (_, k) => k));
  expect(order(grouped).map((r) => r % 4)).toEqual(Array.from({ length: 40 }, (_, k) => Math.floor(k / 10)));
  expect(grouped.replica.totals.hitTokens).toBe(36 * 32); // all but the first question of each document
  expect(arrived.replica.totals.hitTokens).toBe(0);
  expect(grouped.replica.now).toBeLessThan(arrived.replica.now);
});

test('with more than 128 in the queue it is exactly first come, first served', () => {
  const [matched, arrived] = [lpm, fcfs].map((scheduler) => order(questions(200, scheduler)));
  const whileLong = 200 - 128; // the 73rd is chosen by 128 who wait
  expect(matched.slice(0, whileLong)).toEqual(arrived.slice(0, whileLong));
  expect(matched.slice(whileLong)).not.toEqual(arrived.slice(whileLong));
  expect(leftAt(questions(200, () => lpm({ limit: 0 })))).toEqual(leftAt(questions(200, fcfs)));
});

test('without prefix caching too', () => {
  const off = { prefixCaching: false, maxBatch: 3, maxResident: 3 };
  expect(leftAt(questions(40, lpm, off))).toEqual(leftAt(questions(40, fcfs, off)));
});

test('nobody who was served is displaced by a longer match', () => {
  const { replica } = questions(40, lpm, { candidates: 'by-rank', displaces: 'worse', maxBatch: 2, maxResident: 2 });
  expect(replica.totals.pauses + replica.totals.evictions).toBe(0);
});
