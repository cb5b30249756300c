/** Requests that are never served: counted and explained wherever figures stand that leave them out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findings, rowsOf } from '../../experiments/analysis.js';
import type { Episode } from '../../experiments/paired.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const trace = join(folder, 'trace.csv');
/** b's prompt fills a model of 8192 tokens; client d gives up at once. */
writeFileSync(
  trace,
  'id,arrival,prompt_tokens,output_tokens,max_tokens,abort\n' +
    'a,0,100,30,16,\nb,0.001,9000,3,16,\nc,0.002,10,30,100,\nd,0.003,10,30,100,0.0031\n',
);
const TOO_LONG = 'b: prompt 9,000 tokens, the model takes 8,191';

describe('compare', () => {
  const said = async (...more: string[]) => {
    const world = ['--trace', trace, '--seeds', '1', '--load', '0.9', '--gamma', '0', '--engine', 'vllm-v1'];
    const rest = ['--beliefs', 'oracle', '--workers', '0', '--no-pictures', '--no-bound', '--quiet'];
    const { code, out } = await servegym(['compare', ...world, ...rest, '--out', join(folder, 'out'), ...more]);
    expect(code).toBe(0);
    return out;
  };
  const line = `Never served, over all seeds: 1 rejected, e.g. ${TOO_LONG}; 1 aborted or still there at the end. Their JCT counts nowhere.`;

  it('says who was rejected and why, also where order does not matter', async () => {
    const out = await said('--schedulers', 'srpt');
    expect(out).toContain('Order does not matter here');
    expect(out).toContain(line);
    expect(readFileSync(join(folder, 'out', 'table.md'), 'utf8')).toContain(`- ${line}\n`);
    const { rows } = JSON.parse(readFileSync(join(folder, 'out', 'results.json'), 'utf8'));
    const example = { name: 'b', reason: 'model-length', tokens: 9000, most: 8191 };
    expect(rows.map((row: { rejected: unknown }) => row.rejected)).toEqual(rows.map(() => ({ requests: 1, example })));
  });

  it('says it of FCFS alone', async () => {
    const out = await said('--schedulers', 'fcfs', '--rules', 'blocks=7');
    expect(out).toContain(
      'Never served, over all seeds: 2 rejected, e.g. a: prompt and declared output 116 tokens, the KV pool holds 112;',
    );
  });
});

it('names the row with most of them where rows differ', () => {
  const episode = (scheduler: string, rejected: number) =>
    ({
      ...{ engine: 'e', load: 1, seed: 0, scheduler, belief: 'none' },
      summary: {
        ...{ requests: { arrived: 9, finished: 9 - rejected, rejected }, jct: { mean: 1e6 } },
        ...{ ttft: {}, tpot: {}, batchSize: { mean: 1 }, kvUse: { mean: 1 } },
      },
      ...(rejected > 0 && { rejected: { name: 'b', reason: 'pool', tokens: 65, most: 64 } }),
    }) as unknown as Episode;
  const of = (...episodes: Episode[]) => findings(rowsOf(episodes)).filter((line) => line.startsWith('Never served'));
  expect(of(episode('fcfs', 0), episode('srpt', 0))).toEqual([]);
  expect(of(episode('fcfs', 0), episode('srpt', 2))[0]).toMatch(
    /over all seeds, most under srpt: 2 rejected, e\.g\. b: /,
  );
});

describe('simulate', () => {
  it('has the reason in a column, and one request with length and limit in words', async () => {
    const out = join(folder, 'times.csv');
    const { code, out: said } = await servegym(['simulate', '--requests', trace, '--out', out]);
    expect(code).toBe(0);
    expect(said).toContain(`1 rejected: ${TOO_LONG}\n`);
    const [heading, ...rows] = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((row) => row.split(','));
    const cells = rows.map((row) => ['name', 'state', 'reason'].map((name) => row[heading.indexOf(name)]));
    expect(cells).toEqual([
      ['a', 'finished', ''],
      ['b', 'rejected', 'model-length'],
      ['c', 'finished', ''],
      ['d', 'aborted', ''],
    ]);
  });
});
