/** The recorded lists of SpecDecode-Bench, which do not travel with the repository: folder from SERVEGYM_DATA, default ../shared/data. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { acceptanceKinds } from '../../../../env/workloads/acceptance/kinds.js';
import { arriveAtOnce } from '../../../../env/workloads/arrivals.js';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import type { Workload } from '../../../../env/workloads/workload.js';
import { meanTokensPerStep } from '../tokens-per-step.js';
import { earlyErrors, mean, quarterMeans, stepsOf } from './generated.js';

const folder = resolve(process.env.SERVEGYM_DATA ?? '../shared/data', 'specdecode-bench');
const here = existsSync(folder);
const note = here ? '' : ` (skipped: no folder ${folder}; set SERVEGYM_DATA)`;
const long = process.env.SERVEGYM_LONG !== undefined;
const DRAFTS = [1, 3, 5, 7];

// Tokens per verification at 1, 3, 5 and 7 drafts, over requests: mean and standard deviation of a replay from position 0 that
// ends with the answer, and the mean where the last step is not cut.
describe.skipIf(!here).each([
  ['sharegpt', 'eagle', 310, ['1.641 0.124', '2.269 0.358', '2.532 0.518', '2.661 0.624'], [1.65, 2.28, 2.54, 2.67]],
  ['sharegpt', 'ngram', 310, ['1.162 0.151', '1.285 0.333', '1.337 0.439', '1.368 0.524'], [1.16, 1.29, 1.34, 1.37]],
  ['gsm8k', 'eagle', 300, ['1.690 0.063', '2.385 0.208', '2.669 0.306', '2.774 0.356'], [1.7, 2.4, 2.68, 2.79]],
  ['gsm8k', 'ngram', 300, ['1.105 0.049', '1.158 0.079', '1.171 0.089', '1.177 0.095'], [1.1, 1.16, 1.17, 1.18]],
] as const)(`SpecDecode-Bench %s, %s drafts${note}`, (set, draft, requests, expected, uncut) => {
  let recorded: Workload;
  beforeAll(async () => {
    const file = join(folder, `combined_${set}.jsonl.gz`);
    recorded = (await readTrace(file, { draft, arrivals: arriveAtOnce })).workload;
  });

  /** The fitted generator on so many copies of the recorded requests. */
  function copies(times: number) {
    const count = times * requests;
    const outputTokens = Int32Array.from({ length: count }, (_, k) => recorded.outputTokens[k % requests]);
    const key = Float64Array.from(outputTokens, (_, k) => k);
    return { outputTokens, acceptance: acceptanceKinds[draft].make({ key, outputTokens }, 1, { set }) };
  }

  test('replay equals the published table in every digit', () => {
    expect(recorded.count).toBe(requests);
    const { mean: means, sd } = meanTokensPerStep(recorded.acceptance, recorded.outputTokens, DRAFTS);
    expect(means.map((value, k) => `${value.toFixed(3)} ${sd[k].toFixed(3)}`)).toEqual(expected);
  });

  test('a last step that is not cut makes it a little more', () => {
    DRAFTS.forEach((drafts, k) => {
      const perRequest = Array.from(recorded.outputTokens.keys(), (row) => mean(stepsOf(recorded, row, drafts)));
      expect(Math.abs(mean(perRequest) - uncut[k])).toBeLessThan(0.01);
    });
  });

  test('the generator has its means within .5 %, its drift, and as little in the first steps', () => {
    const times = long ? 100 : 5;
    const replay = meanTokensPerStep(recorded.acceptance, recorded.outputTokens, DRAFTS);
    const made = copies(times);
    const { mean: means, sd } = meanTokensPerStep(made.acceptance, made.outputTokens, DRAFTS);
    means.forEach((value, k) => {
      const error = long ? 0 : (2 * sd[k]) / Math.sqrt(times * requests);
      expect(Math.abs(value - replay.mean[k])).toBeLessThan(0.005 * replay.mean[k] + error);
    });
    const few = copies(3);
    const quarters = quarterMeans(recorded);
    quarterMeans(few).forEach((value, q) => {
      expect(Math.abs(value / quarters[q] - 1)).toBeLessThan(0.055);
    });
    const errors = earlyErrors(recorded, [5, 10, 20]);
    earlyErrors(few, [5, 10, 20]).forEach((error, k) => {
      expect(Math.abs(error / errors[k] - 1)).toBeLessThan(0.2);
    });
  });
});
