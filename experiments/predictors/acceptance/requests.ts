/** The recorded requests of SpecDecode-Bench as predictors of acceptance are judged on them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { arriveAtOnce } from '../../../env/workloads/arrivals.js';
import { readTrace } from '../../../env/workloads/traces/read.js';
import { type DraftKind, LONGEST, type RecordedSet } from '../../../predictors/acceptance/generated.js';
import type { RecordedRequest } from '../../../predictors/acceptance/recorded.js';

/** @param root folder of data, in which specdecode-bench lies */
export const hasRecorded = (root: string): boolean => existsSync(fileIn(root, 'gsm8k'));

const fileIn = (root: string, set: RecordedSet): string => join(root, `specdecode-bench/combined_${set}.jsonl.gz`);

/** All but the runaway answers, in the order of the file. */
export async function recordedRequests(root: string, draft: DraftKind, set: RecordedSet): Promise<RecordedRequest[]> {
  const { workload } = await readTrace(fileIn(root, set), { draft, arrivals: arriveAtOnce });
  const { acceptance, outputTokens, promptTokens, count } = workload;
  const requests: RecordedRequest[] = [];
  for (let row = 0; row < count; row++) {
    if (outputTokens[row] > LONGEST) continue;
    // A list at its full depth: 254 drafts are more than any entry.
    const commits = Uint8Array.from({ length: outputTokens[row] }, (_, i) => 1 + acceptance.accepted(row, i, 0, 254));
    requests.push({ commits, promptTokens: promptTokens[row] });
  }
  return requests;
}
