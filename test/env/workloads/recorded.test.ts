/** Real trace files, which do not travel with the repository: folder from SERVEGYM_DATA, default ../shared/data. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { depthAcceptance, eagleParameters } from '../../../env/workloads/acceptance/depth.js';
import { arriveAtOnce } from '../../../env/workloads/arrivals.js';
import { readTrace } from '../../../env/workloads/traces/read.js';
import { meanTokensPerStep } from './tokens-per-step.js';

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

  // Means over requests that the publisher's replay gives: tokens per verification at 1, 3, 5 and 7 drafts.
  test.each([
    ['sharegpt', 'eagle', 310, [1.641, 2.269, 2.532, 2.661]],
    ['sharegpt', 'ngram', 310, [1.162, 1.285, 1.337, 1.368]],
    ['gsm8k', 'eagle', 300, [1.69, 2.385, 2.669, 2.774]],
    ['gsm8k', 'ngram', 300, [1.105, 1.158, 1.171, 1.177]],
  ] as const)('SpecDecode-Bench %s replays %s drafts', async (set, draft, requests, expected) => {
    const file = join(folder, `specdecode-bench/combined_${set}.jsonl.gz`);
    const { workload, report } = await readTrace(file, { draft, arrivals: arriveAtOnce });
    expect(report).toMatchObject({ format: 'specdecode-bench', requests });
    const { mean } = meanTokensPerStep(workload.acceptance, workload.outputTokens, [1, 3, 5, 7]);
    expected.forEach((value, k) => {
      expect(Math.abs(mean[k] - value)).toBeLessThan(0.00051);
    });
  });

  test.each([
    ['sharegpt', [1.645, 2.265, 2.529, 2.661]],
    ['gsm8k', [1.694, 2.384, 2.661, 2.769]],
  ] as const)('the depth generator on the recorded lengths of %s gives what its fit gave', async (set, expected) => {
    const file = join(folder, `specdecode-bench/combined_${set}.jsonl.gz`);
    const { workload } = await readTrace(file, { arrivals: arriveAtOnce });
    const count = 10 * workload.count;
    const outputTokens = Int32Array.from({ length: count }, (_, k) => workload.outputTokens[k % workload.count]);
    const key = Float64Array.from({ length: count }, (_, k) => k);
    const acceptance = depthAcceptance({ key, outputTokens }, 1, eagleParameters(set));
    const { mean } = meanTokensPerStep(acceptance, outputTokens, [1, 3, 5, 7]);
    expected.forEach((value, k) => {
      expect(Math.abs(mean[k] / value - 1)).toBeLessThan(0.007);
    });
  });
});
