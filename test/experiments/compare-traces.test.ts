/** `servegym compare` on traces of one's own, end to end. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const episodesIn = (at: string): unknown[] =>
  readFileSync(join(at, 'episodes.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('compare on traces', () => {
  const trace = join(folder, 'trace.csv');
  const rows = Array.from({ length: 60 }, (_, k) => `${k * 0.4},${100 + 37 * (k % 7)},${20 + 11 * (k % 13)}`);
  writeFileSync(trace, `when,in,out\n${rows.join('\n')}\n`);
  const common = [
    '--trace',
    trace,
    '--columns',
    'arrival=when,promptTokens=in,outputTokens=out',
    '--engine',
    'vllm-v1',
    '--schedulers',
    'srpt',
    '--beliefs',
    'oracle',
    '--load',
    '0.9',
    '--no-pictures',
    '--json',
  ];

  it('cuts one window for each seed', async () => {
    const { code, out } = await servegym(['compare', ...common, '--seeds', '3', '--out', join(folder, 'windows')]);
    expect(code).toBe(0);
    expect(JSON.parse(out).rows[0].seeds).toBe(3);
    const arrived = episodesIn(join(folder, 'windows')).map(
      (e) => (e as { summary: { requests: { arrived: number } } }).summary.requests.arrived,
    );
    expect(arrived).toEqual(Array(6).fill(20));
    const tooMany = await servegym(['compare', ...common, '--seeds', '50', '--out', join(folder, 'many')]);
    expect(tooMany.code).toBe(2);
    expect(tooMany.err).toMatch(/60 requests are too few for 50 windows/);
  });

  it('draws requests anew where arrivals are named', async () => {
    const { code } = await servegym([
      'compare',
      ...common,
      '--seeds',
      '2',
      '--arrivals',
      'poisson',
      '--requests',
      '30',
      '--out',
      join(folder, 'drawn'),
    ]);
    expect(code).toBe(0);
    const episodes = episodesIn(join(folder, 'drawn')) as {
      seed: number;
      scheduler: string;
      summary: { span: number };
    }[];
    const spans = episodes.filter((e) => e.scheduler === 'fcfs').map((e) => e.summary.span);
    expect(spans[0]).not.toBe(spans[1]);
  });

  it('names an unknown column', async () => {
    const { code, err } = await servegym(['compare', ...common, '--columns', 'promptTokns=in']);
    expect(code).toBe(2);
    expect(err).toMatch(/columns: unknown field "promptTokns": did you mean "promptTokens"/);
  });
});
