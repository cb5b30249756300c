/** `servegym simulate` from plain files, against times worked out by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../env/files.js';
import { bindings } from '../../env/workloads/traces/fields.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const example = (name: string): string => packageFile(`experiments/examples/${name}`);
const PLAIN = [
  '--requests',
  example('requests.jsonl'),
  '--engine',
  example('engine.yaml'),
  '--cost',
  example('cost.yaml'),
];
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const rowsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('simulate', () => {
  it('serves the example: at most 2 sequences and 128 tokens an iteration, 1000 + 10·P + 100·D µs', async () => {
    const out = join(folder, 'times.jsonl');
    const { code } = await servegym(['simulate', ...PLAIN, '--out', out]);
    expect(code).toBe(0);
    // 0 a's prompt → 2000 · a decodes, b's prompt → 3600 · both decode → 4800, both end · c's prompt → 6000, ends
    // 9000 128 tokens of d's prompt → 11280 · the other 72 → 13000 · three decodes → 14100, 15200, 16300
    const times = rowsOf(out).map((row) => [
      row.name,
      row.first_batch_us,
      row.first_token_us,
      row.left_us,
      row.output_tokens,
    ]);
    expect(times).toEqual([
      ['a', 0, 2000, 4800, 3],
      ['b', 2000, 3600, 4800, 2],
      ['c', 4800, 6000, 6000, 1],
      ['d', 9000, 13000, 16300, 4],
    ]);
  });

  it('writes CSV by extension, and a trace that Perfetto reads', async () => {
    const csv = join(folder, 'times.csv');
    const trace = join(folder, 'trace.json');
    const { code, out } = await servegym(['simulate', ...PLAIN, '--out', csv, '--trace-out', trace, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'drained',
      files: [csv, trace],
      summary: { requests: { finished: 4 }, span: 16300 },
    });
    const lines = readFileSync(csv, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toContain('first_token_us');
    expect(JSON.parse(readFileSync(trace, 'utf8'))).toBeTypeOf('object');
  });

  it('takes presets, cards, schedulers and beliefs by name', async () => {
    const out = join(folder, 'named.jsonl');
    const requests = join(folder, 'many.csv');
    writeFileSync(
      requests,
      `arrival_ms,prompt_tokens,output_tokens\n${Array.from({ length: 30 }, (_, k) => `0,64,${30 - k}`).join('\n')}\n`,
    );
    const engine = join(folder, 'one.json');
    writeFileSync(engine, '{"preset": "vllm-v1", "maxBatch": 1}');
    const args = ['simulate', '--requests', requests, '--engine', engine, '--cost', 'llama-3-8b@h100', '--out', out];
    expect((await servegym([...args, '--scheduler', 'srpt', '--belief', 'oracle'])).code).toBe(0);
    const byLeaving = rowsOf(out).sort((a, b) => a.left_us - b.left_us);
    expect(byLeaving.map((row) => row.output_tokens)).toEqual(Array.from({ length: 30 }, (_, k) => k + 1));
    expect((await servegym(args)).code).toBe(0);
    expect(
      rowsOf(out)
        .sort((a, b) => a.left_us - b.left_us)
        .map((row) => row.id),
    ).toEqual(Array.from({ length: 30 }, (_, k) => k));
  });

  it('ends at a horizon', async () => {
    const out = join(folder, 'horizon.jsonl');
    const { code, out: said } = await servegym(['simulate', ...PLAIN, '--horizon', '0.0045', '--out', out]);
    expect(code).toBe(0);
    expect(said).toMatch(/2 of 3 requests finished, 1 unfinished/);
  });

  it('reads every column of a request list: classes, deadlines, rounds, clients that give up', async () => {
    const out = join(folder, 'service.jsonl');
    const requests = example('service.jsonl');
    const engine = file('drafting.yaml', 'preset: vllm-v1\ndrafts: 3\n');
    const { code } = await servegym(['simulate', '--requests', requests, '--engine', engine, '--out', out]);
    expect(code).toBe(0);
    const rows = rowsOf(out);
    const of = (name: string) => rows.find((row) => row.name === name);
    const chat = of('chat 1');
    const next = of('chat 2');
    expect([chat.key, chat.tenant, chat.priority, chat.slo, chat.deadline_us]).toEqual([1, 1, 0, 0, 2_500_000]);
    expect(next.arrival_us).toBe(chat.left_us + 400_000);
    expect(next.deadline_us).toBe(next.arrival_us + 1_000_000);
    expect(chat.drafts_accepted).toBeGreaterThan(0);
    expect(of('report')).toMatchObject({ tenant: 2, priority: 2, slo: 1, drafts_accepted: 0, state: 'finished' });
    expect(of('given up')).toMatchObject({ state: 'aborted', left_us: 100_000 });
  });

  it('names every column in its help', async () => {
    const { out } = await servegym(['simulate', '--help']);
    for (const column of bindings().map(({ column }) => column))
      expect(out).toMatch(new RegExp(`^ {2}.*\\b${column}\\b`, 'm'));
    expect(out).toMatch(/^ {2}deadline_us \| deadline_ms \| deadline {2}when the answer is due \[never\]$/m);
  });

  it.each([
    [
      'a cost with an unknown coefficient',
      ['--cost', file('c1.yaml', 'base: 1\nperToken: 2\n')],
      /c1\.yaml: .*perToken/,
    ],
    ['a negative cost', ['--cost', file('c2.yaml', 'base: -1\n')], /c2\.yaml: base: .*>=0/],
    ['a cost that is nothing known', ['--cost', 'a100'], /unknown cost "a100": expected MODEL@GPU/],
    ['an unknown card', ['--cost', 'llama-9@a100'], /unknown model "llama-9"/],
    [
      'an unknown rule',
      ['--engine', file('e1.yaml', 'preset: vllm-v1\nmaxBach: 2\n')],
      /e1\.yaml: unknown rule "maxBach": did you mean "maxBatch"/,
    ],
    ['an unknown preset', ['--engine', file('e2.yaml', 'preset: vllm-v2\n')], /e2\.yaml: unknown preset "vllm-v2"/],
    [
      'rules that no engine has',
      ['--engine', file('e3.yaml', 'preset: vllm-v1\ntokenBudget: 4\n')],
      /tokenBudget must be at least/,
    ],
    [
      'a bad row',
      ['--requests', file('r1.jsonl', '{"arrival": 0, "prompt_tokens": 5, "output_tokens": -1}\n')],
      /r1\.jsonl, line 1.*output_tokens/,
    ],
    ['a file that cannot be written', ['--out', join(folder, 'times.csv', 'x.jsonl')], /cannot be written/],
  ])('refuses %s', async (_what, args, expected) => {
    const given = ['simulate', ...PLAIN, '--out', join(folder, 'refused.jsonl'), ...args];
    const { code, out, err } = await servegym(given);
    expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(expected);
  });

  it('skips and counts bad rows if asked to', async () => {
    const requests = file('r2.jsonl', '{"arrival": 0, "prompt_tokens": 5, "output_tokens": 1}\n{"arrival": 0}\n');
    const { code, err } = await servegym([
      'simulate',
      ...PLAIN,
      '--requests',
      requests,
      '--skip-bad-rows',
      '--out',
      join(folder, 'skipped.jsonl'),
    ]);
    expect(code).toBe(0);
    expect(err).toMatch(/1 bad rows skipped.*line 2/);
  });
});
