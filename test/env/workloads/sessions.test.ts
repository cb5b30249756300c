/** Conversations and closed loops: who follows whom, what prompts repeat, and what belongs to a round. */
import { describe, expect, test } from 'vitest';
import { poissonArrivals } from '../../../env/workloads/arrivals.js';
import { constantDuration, lognormalDuration } from '../../../env/workloads/durations.js';
import { constantLength, independentLengths, lognormalLength } from '../../../env/workloads/lengths.js';
import { oneOf } from '../../../env/workloads/max-tokens.js';
import { recipeSource, type WorkloadRecipe } from '../../../env/workloads/recipe.js';
import { geometricRounds, ROUNDS } from '../../../env/workloads/sessions.js';
import type { Workload } from '../../../env/workloads/workload.js';

const fixed = independentLengths(constantLength(100), constantLength(50));
const spread = independentLengths(lognormalLength({ mean: 100, cv: 1 }), lognormalLength({ mean: 80, cv: 1 }));
const talk: WorkloadRecipe = {
  name: 'talk',
  requests: 60,
  arrivals: poissonArrivals(1),
  classes: [{ share: 1, lengths: fixed, maxTokens: oneOf([256]) }],
  longestPrompt: 1000,
  conversation: { rounds: () => 4, think: constantDuration(3), context: 1024 },
};

/** Rows in the order of their keys, which is that of their sessions. */
const inOrder = (w: Workload): number[] => [...w.key.keys()].sort((a, b) => w.key[a] - w.key[b]);
const segmentsOf = ({ content }: Workload, row: number): [number, number][] => {
  const found: [number, number][] = [];
  for (let s = content?.offsets[row] ?? 0; s < (content?.offsets[row + 1] ?? 0); s++)
    found.push([content?.sequence[s] ?? -1, content?.tokens[s] ?? -1]);
  return found;
};
const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('expected a value');
  return value;
};

describe('conversations', () => {
  test('each prompt is everything that was said, and a new message', () => {
    const w = recipeSource(talk).sample(1);
    const { follows, think } = must(w.rounds);
    const rows = inOrder(w);
    rows.forEach((row, k) => {
      const round = k % 4;
      expect(w.key[row]).toBe(Math.floor(k / 4) * ROUNDS + round);
      expect(w.promptTokens[row]).toBe(100 + 150 * round);
      expect(follows[row]).toBe(round === 0 ? -1 : rows[k - 1]);
      expect(think[row]).toBe(round === 0 ? 0 : 3e6);
      if (round === 0) return;
      const before = segmentsOf(w, rows[k - 1]);
      const answer = must(w.content).answer[rows[k - 1]];
      expect(segmentsOf(w, row).slice(0, -1)).toEqual([...before, [answer, 50]]);
    });
  });

  test('end where the context is full, and the last answer is cut there', () => {
    const long = { ...talk, conversation: { ...must(talk.conversation), rounds: () => 100 } };
    const w = recipeSource(long).sample(1);
    const rows = inOrder(w).filter((row) => w.key[row] < ROUNDS);
    expect(rows).toHaveLength(7); // prompts of 100, 250, …, 1000; the eighth would be 1150
    expect(w.promptTokens[rows[6]]).toBe(1000);
    expect(w.outputTokens[rows[6]]).toBe(24);
  });

  test('a round is the same whatever the number of conversations and their arrivals', () => {
    const drawn = (requests: number, rate: number): Workload =>
      recipeSource({
        ...talk,
        requests,
        arrivals: poissonArrivals(rate),
        classes: [{ share: 1, lengths: spread }],
        conversation: { rounds: geometricRounds(4), think: lognormalDuration(10, 1), context: 4096 },
      }).sample('same');
    const few = drawn(40, 1);
    const many = drawn(400, 9);
    const at = new Map(Array.from(many.key, (key, row) => [key, row]));
    for (let row = 0; row < few.count; row++) {
      const other = must(at.get(few.key[row]));
      expect(many.promptTokens[other]).toBe(few.promptTokens[row]);
      expect(many.outputTokens[other]).toBe(few.outputTokens[row]);
      expect(must(many.rounds).think[other]).toBe(must(few.rounds).think[row]);
    }
    expect(many.count).toBe(400);
  });

  test('rounds are geometric with the mean asked for', () => {
    const rounds = geometricRounds(5.5);
    const drawn = Array.from({ length: 10_000 }, (_, k) => rounds((k + 0.5) / 10_000));
    expect(Math.min(...drawn)).toBe(1);
    expect(Math.abs(drawn.reduce((a, b) => a + b) / 10_000 - 5.5)).toBeLessThan(0.03);
    expect(geometricRounds(1)(0.999)).toBe(1);
    expect(() => geometricRounds(0.5)).toThrow('rounds: mean is 0.5, expected a number ≥ 1');
  });
});

describe('a closed loop', () => {
  const loop: WorkloadRecipe = {
    name: 'loop',
    requests: 23,
    arrivals: { users: 5, think: lognormalDuration(4, 1) },
    classes: [{ share: 1, lengths: spread, timeout: constantDuration(30) }],
  };

  test('has so many users, each of whom follows himself', () => {
    const w = recipeSource(loop).sample(3);
    const { follows, think } = must(w.rounds);
    const opening = [...follows.keys()].filter((row) => follows[row] < 0);
    expect(opening).toHaveLength(5);
    expect(w.count).toBe(23);
    for (const row of opening) expect(w.arrival[row]).toBeGreaterThan(0);
    for (const row of w.key.keys()) {
      if (follows[row] < 0) continue;
      expect(w.key[row]).toBe(w.key[follows[row]] + 1);
      expect(think[row]).toBeGreaterThan(0);
      expect(w.abortAt[row]).toBe(30e6); // counted from its arrival, which nobody knows yet
    }
    expect(w.content).toBeUndefined();
  });

  test('a user is the same beside other users', () => {
    const few = recipeSource(loop).sample(3);
    const many = recipeSource({
      ...loop,
      requests: 230,
      arrivals: { users: 50, think: lognormalDuration(4, 1) },
    }).sample(3);
    const at = new Map(Array.from(many.key, (key, row) => [key, row]));
    for (let row = 0; row < few.count; row++) {
      const other = at.get(few.key[row]);
      if (other !== undefined) expect(many.outputTokens[other]).toBe(few.outputTokens[row]);
    }
    expect([...few.key].filter((key) => at.has(key)).length).toBeGreaterThan(18);
  });

  test('users may hold conversations, one after another', () => {
    const w = recipeSource({
      ...talk,
      requests: 24,
      arrivals: { users: 2, think: constantDuration(60) },
    }).sample(1);
    const { follows, think } = must(w.rounds);
    const rows = inOrder(w).slice(0, 12);
    expect(rows.map((row) => w.promptTokens[row])).toEqual([
      100, 250, 400, 550, 100, 250, 400, 550, 100, 250, 400, 550,
    ]);
    expect(rows.map((row) => think[row] / 1e6)).toEqual([0, 3, 3, 3, 60, 3, 3, 3, 60, 3, 3, 3]);
    expect(follows[rows[4]]).toBe(rows[3]);
  });
});
