/** Real trace files, which do not travel with the repository: folder from SERVEGYM_DATA, default ../shared/data. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTrace } from '../../../env/workloads/traces/read.js';

const folder = resolve(process.env.SERVEGYM_DATA ?? '../shared/data');
const here = existsSync(folder);
const note = here ? '' : ` (skipped: no folder ${folder}; set SERVEGYM_DATA)`;

describe.skipIf(!here)(`recorded traces${note}`, () => {
  test('Azure conversations 2023', async () => {
    const file = join(folder, 'azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz');
    const { workload, report } = await readTrace(file);
    expect(report).toMatchObject({ format: 'azure-2023', requests: 19_366, skipped: { count: 0 } });
    const mean = (column: Int32Array): number => column.reduce((sum, n) => sum + n, 0) / workload.count;
    expect(mean(workload.promptTokens)).toBeCloseTo(1155, 0);
    expect(mean(workload.outputTokens)).toBeCloseTo(211.1, 1);
    expect(report.span).toBeCloseTo(3501.721937, 5);
    expect(workload.arrival[1]).toBe(4_314_579);
  });
});
