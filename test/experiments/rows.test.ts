/** Windows and redraws of recorded requests: sessions stay whole, luck and words belong to who they belong to. */
import { describe, expect, test } from 'vitest';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import { redrawn, windowOf } from '../../experiments/rows.js';

const SHARED = 'system';

/** Sessions of 3 requests, 10 s apart; all share a beginning, and each goes on from its own answers. */
function sessions(count: number): Workload {
  const rows = Array.from({ length: 3 * count }, (_, row) => ({ session: Math.floor(row / 3), round: row % 3, row }));
  return createWorkload({
    name: 'recorded sessions',
    arrival: rows.map(({ session }) => 10e6 * session + 5e6),
    promptTokens: rows.map(({ round }) => 64 + 100 * round + 20),
    outputTokens: rows.map(({ session, round }) => 10 + session + round),
    deadline: rows.map(({ session, round }) => (round === 0 ? 10e6 * session + 5e6 : 0) + 7e6),
    follows: rows.map(({ round, row }) => (round === 0 ? -1 : row - 1)),
    think: rows.map(({ round }) => (round === 0 ? 0 : 1e6 * round)),
    content: rows.map(({ session, round }) => ({
      segments: [
        [SHARED, 64],
        ...Array.from({ length: round }, (_, k) => [`said ${session}.${k}`, 100] as const),
        [`message ${session}.${round}`, 20],
      ],
      answer: `answer ${session}.${round}`,
    })),
  });
}

const alone = (count: number): Workload =>
  createWorkload({
    name: 'recorded',
    arrival: Array.from({ length: count }, (_, k) => 1e6 * k + 500),
    promptTokens: Array(count).fill(10),
    outputTokens: Array.from({ length: count }, (_, k) => k + 1),
    deadline: Array.from({ length: count }, (_, k) => 1e6 * k + 500 + 42),
  });

const wordsOf = ({ content }: Workload, row: number): Set<number> =>
  new Set(content?.sequence.slice(content.offsets[row], content.offsets[row + 1]));
const openings = ({ rounds, count }: Workload): number =>
  rounds ? rounds.follows.filter((row) => row < 0).length : count;

describe('a window', () => {
  test('keeps whole sessions with their own times', () => {
    const part = windowOf(sessions(8), 1, 2);
    expect([part.count, openings(part)]).toEqual([12, 4]);
    expect([...part.arrival.slice(0, 4)]).toEqual([0, 10e6, 20e6, 30e6]);
    expect([...part.deadline]).toEqual([7e6, 17e6, 27e6, 37e6, ...Array(8).fill(7e6)]);
    expect([...new Set(part.rounds?.think)].sort()).toEqual([0, 1e6, 2e6]);
    expect([...part.outputTokens.slice(0, 4)]).toEqual([14, 15, 16, 17]);
  });

  test('ends with the session that fills it', () => {
    expect(windowOf(sessions(8), 0, 1, 7).count).toBe(9);
    expect(windowOf(alone(8), 0, 1, 7).count).toBe(7);
  });

  test('needs two of them', () => {
    expect(() => windowOf(sessions(5), 0, 3)).toThrow('5 sessions are too few for 3 windows of at least 2');
    expect(() => windowOf(alone(5), 0, 3)).toThrow('5 requests are too few for 3 windows of at least 2');
  });
});

describe('requests drawn anew', () => {
  test('are numbered, come at time 0, and keep what counts from the arrival', () => {
    const drawn = redrawn(alone(5), 40, 'seed');
    expect([...drawn.key]).toEqual(Array.from({ length: 40 }, (_, k) => k));
    expect(new Set(drawn.arrival)).toEqual(new Set([0]));
    expect(new Set(drawn.deadline)).toEqual(new Set([42]));
    expect(new Set(drawn.outputTokens)).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(redrawn(alone(5), 40, 'seed')).toEqual({ ...drawn, acceptance: expect.anything() });
  });

  test('come in whole sessions, each with keys of its own', () => {
    const drawn = redrawn(sessions(4), 31, 1);
    expect([drawn.count, openings(drawn)]).toEqual([33, 11]);
    expect(new Set(drawn.key).size).toBe(33);
    const { follows, think } = drawn.rounds ?? { follows: [], think: [] };
    for (let row = 11; row < 33; row++) {
      expect(drawn.key[row]).toBe(drawn.key[follows[row]] + 1);
      expect(drawn.outputTokens[row]).toBe(drawn.outputTokens[follows[row]] + 1);
      expect(think[row]).toBe(1e6 * (drawn.key[row] % 2 ** 20));
      expect([drawn.arrival[row], drawn.deadline[row]]).toEqual([Infinity, 7e6]);
    }
  });

  test('say in words of their own what only their session said, and share what others said too', () => {
    const drawn = redrawn(sessions(2), 60, 1);
    const shared = [...wordsOf(drawn, 0)].filter((word) => wordsOf(drawn, 1).has(word));
    expect(shared).toHaveLength(1);
    const opening = drawn.rounds?.first[0] ?? -1;
    expect([...wordsOf(drawn, opening)].filter((word) => wordsOf(drawn, 1).has(word))).toEqual(shared);
  });
});
