import { describe, expect, test } from 'vitest';
import { poissonArrivals } from '../../../env/workloads/arrivals.js';
import { atOnce, atRate, take, withArrivals } from '../../../env/workloads/retime.js';
import { createWorkload, type Workload } from '../../../env/workloads/workload.js';

const some = (): Workload =>
  createWorkload({
    name: 'some',
    arrival: [10, 20, 35],
    promptTokens: [4, 5, 6],
    outputTokens: [7, 8, 9],
    key: [5, 3, 8],
    deadline: [100, Infinity, 40],
    abortAt: [Infinity, 50, Infinity],
    ids: ['a', 'b', 'c'],
    content: [4, 5, 6].map((n, k) => ({ segments: [[`p${k}`, n]], answer: `a${k}` })),
  });

describe('the same requests at other times', () => {
  test('atRate divides times; deadlines and aborts keep their distance', () => {
    const fast = atRate(some(), 2);
    expect([...fast.arrival]).toEqual([5, 10, 18]);
    expect([...fast.deadline]).toEqual([95, Infinity, 23]);
    expect([...fast.abortAt]).toEqual([Infinity, 40, Infinity]);
    expect(fast.key).toEqual(some().key);
    expect(atRate(some(), 1)).toEqual(some());
    expect(() => atRate(some(), 0)).toThrow('atRate: factor is 0, expected a number > 0');
  });

  test('atOnce and withArrivals', () => {
    expect([...atOnce(some()).arrival]).toEqual([0, 0, 0]);
    expect([...atOnce(some()).deadline]).toEqual([90, Infinity, 5]);
    const drawn = withArrivals(some(), poissonArrivals(1), 4);
    expect(withArrivals(some(), poissonArrivals(1), 4)).toEqual(drawn);
    expect([...drawn.arrival]).toEqual([...drawn.arrival].sort((a, b) => a - b));
    expect(drawn.deadline[0] - drawn.arrival[0]).toBe(90);
    expect([...some().arrival]).toEqual([10, 20, 35]); // the original is left as it is
  });

  test('take keeps the first requests', () => {
    const two = take(some(), 2);
    expect(two).toEqual(
      createWorkload({
        ...{ name: 'some', arrival: [10, 20], promptTokens: [4, 5], outputTokens: [7, 8], key: [5, 3] },
        ...{ deadline: [100, Infinity], abortAt: [Infinity, 50], ids: ['a', 'b'] },
        content: [4, 5].map((n, k) => ({ segments: [[`p${k}`, n]], answer: `a${k}` })),
        acceptance: two.acceptance,
      }),
    );
    expect(take(some(), 9)).toEqual(some());
    expect(() => take(some(), 0)).toThrow('take: count is 0, expected a whole number ≥ 1');
  });
});
