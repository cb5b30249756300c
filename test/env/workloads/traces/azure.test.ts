import { expect, test } from 'vitest';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { UNDECLARED } from '../../../../env/workloads/workload.js';
import { fixture } from './trace-files.js';

test('azure-2023: times to the microsecond, the seventh digit rounds, the first is 0', async () => {
  const { workload, report } = await readTrace(fixture('azure-2023.csv'));
  expect(report).toMatchObject({ format: 'azure-2023', requests: 4, lines: 5, span: 60, unusedColumns: [] });
  expect([...workload.arrival]).toEqual([0, 1_000_000, 1_000_001, 60_000_000]);
  expect([...workload.promptTokens]).toEqual([100, 200, 300, 400]);
  expect([...workload.outputTokens]).toEqual([10, 20, 30, 40]);
  expect([...workload.key]).toEqual([2, 3, 4, 5]);
  expect([...workload.declared]).toEqual([UNDECLARED, UNDECLARED, UNDECLARED, UNDECLARED]);
  expect(workload.name).toBe('azure-2023.csv');
});

test('azure-2024: zones, and fractions left out', async () => {
  const { workload, report } = await readTrace(fixture('azure-2024.csv'));
  expect(report.format).toBe('azure-2024');
  expect([...workload.arrival]).toEqual([0, 500_000, 500_001, 1_500_000]);
});
