/** Requests of our own lists that follow others. */
import { expect, test } from 'vitest';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { line, traceFiles } from './trace-files.js';

const { made, failure } = traceFiles();

const follower = (follows: number, more: object = {}): string =>
  JSON.stringify({ follows, prompt_tokens: 20, output_tokens: 3, ...more });

test('followers have think times, and due times of their own', async () => {
  const rows = [
    line(1, { key: 50 }),
    follower(50, { think_ms: 5, deadline: 2, abort_us: 7 }),
    line(2),
    follower(2, { think: 1 }),
  ];
  const { workload } = await readTrace(made(rows.join('\n')));
  expect([...workload.key]).toEqual([50, 3, 2, 4]);
  expect([...workload.arrival]).toEqual([1_000_000, 2_000_000, Infinity, Infinity]);
  expect([...(workload.rounds?.follows ?? [])]).toEqual([-1, -1, 0, 2]);
  expect([...(workload.rounds?.think ?? [])]).toEqual([0, 0, 5_000, 1_000_000]);
  expect([workload.deadline[2], workload.abortAt[2]]).toEqual([2_000_000, 7]);
});

test('who is followed may stand behind; acceptance stays with its request', async () => {
  const rows = [follower(3, { alpha: 1 }), line(0, { alpha: 0 }), line(1, { alpha: 0 })];
  const { workload } = await readTrace(made(rows.join('\n')));
  expect([...workload.key]).toEqual([2, 3, 1]);
  expect([0, 1, 2].map((row) => workload.acceptance.accepted(row, 3, 0, 4))).toEqual([0, 0, 4]);
});

test('csv: a column of keys', async () => {
  const text = 'arrival,follows,think,prompt_tokens,output_tokens\n1,,,5,5\n,2,0.5,6,6\n';
  const { workload } = await readTrace(made(text));
  expect([...(workload.rounds?.follows ?? [])]).toEqual([-1, 0]);
  expect(workload.rounds?.think[1]).toBe(500_000);
});

test.each([
  ['nobody', [line(0), follower(9)], '2, column follows: expected the key of a request that comes, found 9'],
  ['itself', [line(0), follower(2)], '2, column follows: expected the key of a request that comes, found 2'],
  [
    'a circle',
    [line(0), follower(3), follower(2)],
    '2, column follows: expected the key of a request that comes, found 3',
  ],
])('who follows %s is refused', async (_, rows, message) => {
  expect(await failure(rows.join('\n'))).toBe(`trace, line ${message}`);
});

test('skipping a bad row skips who follows it, and who follows that one', async () => {
  const rows = [line(0), line(1, { prompt_tokens: 0 }), follower(2), follower(3), follower(1)];
  const { workload, report } = await readTrace(made(rows.join('\n')), { skipBadRows: true });
  expect([...workload.key]).toEqual([1, 5]);
  expect(report.skipped.count).toBe(3);
});

test('followers are in a window with the ones they follow', async () => {
  const rows = [line(0), line(1), line(5), follower(1), follower(2), follower(5), follower(3)];
  const { workload, report } = await readTrace(made(rows.join('\n')), { window: { from: 1, to: 4 } });
  expect([...workload.key]).toEqual([2, 5, 6]);
  expect([...workload.arrival]).toEqual([0, Infinity, Infinity]);
  expect(report.outside).toBe(4);
});
