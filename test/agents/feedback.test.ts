/** Feedback queues by hand: quanta, joining, starvation; and KV that leaves before its blocks are missed. */
import { describe, expect, test } from 'vitest';
import { alise } from '../../agents/schedulers/alise.js';
import { queueFor } from '../../agents/schedulers/feedback-queues.js';
import { mlfq } from '../../agents/schedulers/mlfq.js';
import { skipJoinMlfq } from '../../agents/schedulers/skip-join-mlfq.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import { act, createEngine, type Engine, run, toTurn } from '../../env/serving/engine.js';
import { fork } from '../../env/serving/fork.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import { leftAt } from '../contracts/small-world.js';
import { createAuditor } from '../laws/auditor.js';
import { served } from './by-hand.js';

describe('mlfq', () => {
  const jobs = [
    { arrival: 0, output: 8 },
    { arrival: 5, output: 7 },
  ];

  test('quanta double from queue to queue', () => {
    // 10 µs a token: more than 15 µs are two tokens, more than 30 four, more than 60 seven.
    expect(served(jobs, () => mlfq({ quantum: 15 }))).toBe('AABBAAAABBBBAAB');
  });

  test('who has used its quantum goes to the back of the next queue, or to the front', () => {
    expect(served(jobs, () => mlfq({ quantum: 15, demoted: 'front' }))).toBe('AABBBBBBAAAAAAB');
  });

  test('a newcomer goes before all who sank', () => {
    expect(served([...jobs, { arrival: 65, output: 3 }], () => mlfq({ quantum: 15 }))).toBe('AABBAAACCABBBBCAAB');
  });

  test('the guard bounds the time without tokens', () => {
    const crowd = [
      { arrival: 0, output: 20 },
      ...Array.from({ length: 40 }, (_, k) => ({ arrival: 5 + 20 * k, output: 2 })),
    ];
    const longestGap = (starvation: number): number => {
      const own = [...served(crowd, () => mlfq({ quantum: 15, starvation, every: 1 }))].flatMap((letter, k) =>
        letter === 'A' ? [k] : [],
      );
      return Math.max(...own.slice(1).map((k, at) => k - own[at]));
    };
    expect(longestGap(Infinity)).toBeGreaterThan(70);
    expect(longestGap(100)).toBeLessThanOrEqual(14);
  });
});

test.each([
  [0, 0],
  [9, 0],
  [10, 0],
  [10.5, 1],
  [20, 1],
  [21, 2],
  [10 * 2 ** 40, 40],
  [Infinity, 63],
])('a time of %d ms has queue %i when the first grants 10', (time, queue) => {
  expect(queueFor(time * 1000, 10_000)).toBe(queue);
});

/** Prompts of so many tokens, all at once, one request at a time; a token of prompt takes .1 ms, an iteration 1 ms more. */
function prompts(lengths: readonly number[], scheduler: () => Scheduler): Engine {
  return createEngine({
    workload: createWorkload({
      name: 'prompts',
      arrival: lengths.map(() => 0),
      promptTokens: lengths,
      outputTokens: lengths.map(() => 3),
      declared: lengths.map(() => 3),
    }),
    rules: preset('serial'),
    cost: affineCost({ base: 1000, perPrefillToken: 100 }),
    scheduler,
  });
}

describe('skip-join-mlfq', () => {
  test('a request joins the first queue whose quantum its prompt does not use up', () => {
    const engine = prompts([10, 90, 91, 500, 3000], () => skipJoinMlfq());
    toTurn(engine);
    act(engine);
    // 2, 10, 10.1, 51 and 301 ms against quanta of 10, 20, 40, 80, 160, 320 ms
    const queues = Array.from(engine.replica.decision.rank.subarray(0, 5), (rank) => Math.floor(rank / 2 ** 44));
    expect(queues).toEqual([0, 0, 1, 3, 5]);
  });

  test('a long prompt does not stand before short ones', () => {
    const finish = (scheduler: () => Scheduler): number[] => {
      const engine = prompts([3000, 10], scheduler);
      run(engine);
      return [...leftAt(engine).values()];
    };
    const [naive, skipping] = [finish(() => mlfq()), finish(() => skipJoinMlfq())];
    expect(naive).toEqual([301_000 + 4000 + 2000, 301_000 + 4000]);
    expect(skipping).toEqual([301_000 + 4000 + 2000, 4000]);
  });
});

describe('swapping ahead', () => {
  /** Twelve requests for 60 blocks of which each fills about ten, three seats, and a host that only a policy's word uses. */
  function pressed(scheduler: () => Scheduler): Engine {
    const count = 12;
    const column = (of: (k: number) => number): number[] => Array.from({ length: count }, (_, k) => of(k));
    return createEngine({
      workload: createWorkload({
        name: 'pressed',
        arrival: column((k) => 4000 * k),
        promptTokens: column((k) => 20 + ((k * 7) % 11)),
        outputTokens: column((k) => 40 - 3 * k), // the later, the shorter: newcomers take seats
        declared: column(() => 40),
      }),
      rules: preset('vllm-v1+rank', {
        blockSize: 4,
        blocks: 60,
        maxModelLen: 128,
        tokenBudget: 32,
        maxBatch: 3,
        maxResident: 12,
        prefixCaching: false,
        hostBlocks: 60,
        onEviction: 'recompute',
        transferMicros: 10,
        outMicros: 50,
        backMicros: 50,
      }),
      cost: affineCost({ base: 1000, perPrefillToken: 100, perDecodeToken: 50 }),
      predictor: oracle,
      scheduler,
      recorders: [createAuditor()],
    });
  }
  const policies: readonly [string, (spare: number) => Scheduler][] = [
    ['skip-join-mlfq', (spare) => skipJoinMlfq({ spare, quantum: 3000 })],
    ['alise', (spare) => alise({ spare, quantum: 8000 })],
  ];

  describe.each(policies)('by %s', (_, make) => {
    test('KV goes and comes back while there is time, and less is computed again', () => {
      const [ahead, never] = [0.3, 0].map((spare) => {
        const engine = pressed(() => make(spare));
        run(engine);
        return engine.replica.totals;
      });
      expect(never.swapsOut).toBe(0);
      expect(ahead.swapsOut).toBeGreaterThan(0);
      expect(ahead.swapsIn).toBe(ahead.swapsOut);
      expect(ahead.recomputedTokens).toBeLessThanOrEqual(never.recomputedTokens);
      expect(ahead.finished).toBe(12);
    });

    test('a fork in the middle of it goes on as the original does', () => {
      const whole = pressed(() => make(0.3));
      run(whole);
      const half = pressed(() => make(0.3));
      for (let turn = 0; turn < whole.replica.totals.turns / 2 && toTurn(half); turn++) act(half);
      expect(half.replica.totals.swapsOut).toBeGreaterThan(0);
      const twin = fork(half);
      run(twin);
      expect(twin.replica.now).toBe(whole.replica.now);
      expect(twin.replica.totals.swapsOut).toBe(whole.replica.totals.swapsOut);
    });
  });
});
