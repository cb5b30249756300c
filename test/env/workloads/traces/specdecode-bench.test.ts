import { expect, test } from 'vitest';
import { arriveAtOnce } from '../../../../env/workloads/arrivals.js';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { fixture } from './trace-files.js';

test.each([
  ['eagle', [6, 3], [2, 1, 0, 1, 0, 0]],
  ['ngram', [5, 3], [0, 0, 3, 2, 0, 0]],
] as const)('specdecode-bench: %s gives lengths and acceptance', async (draft, outputs, accepted) => {
  const options = { draft, arrivals: arriveAtOnce };
  const { workload, report } = await readTrace(fixture('specdecode-bench.jsonl'), options);
  expect(report.format).toBe('specdecode-bench');
  expect([...workload.promptTokens]).toEqual([3, 2]);
  expect([...workload.outputTokens]).toEqual(outputs);
  expect(workload.ids).toEqual(['a', 'b']);
  expect(accepted.map((_, i) => workload.acceptance.accepted(0, i, 0, 9))).toEqual(accepted);
  expect(workload.acceptance.accepted(0, 0, 0, 1)).toBe(Math.min(1, accepted[0]));
});
