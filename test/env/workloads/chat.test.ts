import { describe, expect, test } from 'vitest';
import { arrivalKinds } from '../../../env/workloads/arrivals/kinds.js';
import { azureRate } from '../../../env/workloads/arrivals.js';
import { chatSource } from '../../../env/workloads/chat.js';
import type { Workload } from '../../../env/workloads/workload.js';

const mean = (column: Int32Array): number => column.reduce((sum, n) => sum + n, 0) / column.length;
const columns = ({ arrival, promptTokens, outputTokens, declared, key }: Workload) => ({
  arrival,
  promptTokens,
  outputTokens,
  declared,
  key,
});

describe('the embedded chat workload', () => {
  test('the same seed gives the same workload, another seed another', () => {
    const source = chatSource({ longShare: 0.25, arrivals: 'on-off', acceptance: true });
    const [one, again, other] = [source.sample(1), source.sample(1), source.sample('1b')];
    expect(columns(again)).toEqual(columns(one));
    expect(columns(other)).not.toEqual(columns(one));
    const accepted = ({ acceptance }: Workload): number[] =>
      Array.from({ length: 40 }, (_, row) => acceptance.accepted(row, 2, 0, 5));
    expect(accepted(again)).toEqual(accepted(one));
    expect(accepted(other)).not.toEqual(accepted(one));
  });

  test('a request is the same whatever the number, rate, arrivals and acceptance of all', () => {
    const few = chatSource({ requests: 100, longShare: 0.25 }).sample(3);
    const other = chatSource({ requests: 300, longShare: 0.25, rate: 1, arrivals: 'poisson', acceptance: true }).sample(
      3,
    );
    for (const column of ['promptTokens', 'outputTokens', 'declared', 'key'] as const) {
      expect(other[column].slice(0, 100)).toEqual(few[column]);
    }
  });

  test('lengths are those of the statistics; long prompts come in their share', () => {
    const chat = chatSource({ requests: 20_000 }).sample('lengths');
    expect(Math.abs(mean(chat.promptTokens) / 1155 - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(chat.outputTokens) / 211 - 1)).toBeLessThan(0.03);
    const mixed = chatSource({ requests: 20_000, longShare: 0.25 }).sample('lengths');
    expect(Math.abs(mean(mixed.promptTokens) / (0.75 * 1155 + 0.25 * 2588) - 1)).toBeLessThan(0.03);
    const unchanged = chat.promptTokens.filter((n, row) => n === mixed.promptTokens[row]).length;
    expect(Math.abs(unchanged / 20_000 - 0.75)).toBeLessThan(0.02);
  });

  test('what clients declare says nothing about the true length, except that it is not above', () => {
    const { declared, outputTokens } = chatSource({ requests: 20_000, maxTokens: [1000, 2000, 4000] }).sample(5);
    expect(outputTokens.every((n, row) => n <= declared[row])).toBe(true);
    expect([...new Set(declared)].sort()).toEqual([1000, 2000, 4000]);
    for (const most of [1000, 2000, 4000]) {
      const outputs = outputTokens.filter((_, row) => declared[row] === most);
      expect(Math.abs(outputs.length / 20_000 - 1 / 3)).toBeLessThan(0.02);
      expect(Math.abs(mean(outputs) / 211 - 1)).toBeLessThan(0.05);
    }
  });

  test.each(['poisson', 'gamma', 'on-off', 'azure-minutes', 'at-once'])(
    '%s arrivals have the rate asked for',
    (arrivals) => {
      const { arrival } = chatSource({ requests: 5000, rate: 3, arrivals }).sample(9);
      const span = arrival[4999] / 1e6;
      expect(span).toBeGreaterThan(arrivals === 'at-once' ? -1 : 0.8 * (5000 / 3));
      expect(span).toBeLessThan(arrivals === 'at-once' ? 1e-9 : 1.2 * (5000 / 3));
    },
  );

  test('without options: 600 chats at the recorded rate, nothing accepted', () => {
    const workload = chatSource().sample(0);
    expect([workload.count, workload.name, azureRate()]).toEqual([600, 'chat', 5.53]);
    expect(workload.acceptance.never).toBe(true);
    expect(Math.max(...workload.promptTokens)).toBeLessThanOrEqual(7168);
  });

  test.each([
    [{ requests: 0 }, 'chat workload: requests is 0, expected a whole number ≥ 1'],
    [{ longShare: 2 }, 'chat workload: longShare is 2, expected a share in 0 … 1'],
    [{ rate: -1 }, 'arrivals: rate is -1, expected a number > 0'],
    [{ maxTokens: [] }, 'chat workload: maxTokens is , expected whole numbers ≥ 1'],
    [{ arrivals: 'uniform' }, `chat workload: arrivals is uniform, expected ${Object.keys(arrivalKinds).join(', ')}`],
    [{ lengths: 'x' as 'azure' }, 'chat workload: lengths is x, expected azure, sharegpt, arxiv'],
  ])('option %j is refused', (options, message) => {
    expect(() => chatSource(options)).toThrow(message);
  });
});
