/** Recorded traces with shared prompts and sessions, where the data folder is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ownTimes } from '../../../../env/workloads/rounds.js';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { readRows } from '../../../../env/workloads/traces/stream.js';

const data = process.env.SERVEGYM_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const absent = existsSync(data) ? '' : ` (skipped: no folder ${data}; set SERVEGYM_DATA)`;

describe.skipIf(absent)(`recorded blocks${absent}`, () => {
  test('Mooncake: 64 % of the blocks are prefix hits if nothing is forgotten', async () => {
    const seen = new Set<string>();
    let blocks = 0;
    let hits = 0;
    let prompts = 0;
    let rows = 0;
    for await (const batch of readRows(join(data, 'mooncake-fast25/synthetic_trace.jsonl.gz'))) {
      expect(batch.report).toMatchObject({ format: 'mooncake', blockTokens: 512 });
      for (const { promptTokens, segments = [] } of batch.rows) {
        rows++;
        prompts += promptTokens;
        blocks += segments.length;
        for (const [name] of segments) {
          if (seen.has(name)) hits++;
          seen.add(name);
        }
      }
    }
    expect([rows, Math.round(prompts / rows)]).toEqual([3993, 15_325]);
    expect(hits / blocks).toBeCloseTo(0.64, 2);
  });

  test('coding agents: 360 sessions, prompts begin as the call before did', async () => {
    const { workload, report } = await readTrace(join(data, 'agentic-coding-weka/requests.csv.gz'));
    expect(report).toMatchObject({ format: 'agentic-sessions', requests: 24_100, failed: 8 });
    expect(ownTimes(workload)).toBe(360);
    const { content, rounds, promptTokens } = workload;
    if (!content || !rounds) throw new Error('no content or nobody follows');
    let shared = 0;
    let all = 0;
    rounds.follows.forEach((before, row) => {
      if (before < 0) return;
      all += promptTokens[row];
      for (let a = content.offsets[before], b = content.offsets[row]; b < content.offsets[row + 1]; a++, b++) {
        if (a === content.offsets[before + 1] || content.sequence[a] !== content.sequence[b]) break;
        shared += Math.min(content.tokens[a], content.tokens[b]);
        if (content.tokens[a] !== content.tokens[b]) break;
      }
    });
    // Over all calls it is 96 %; the first ones of sessions, which share nothing, are not among these.
    expect(shared / all).toBeCloseTo(0.9735, 4);
  });
});
