/** `servegym workload inspect`: figures worked out by hand, pictures, and what it says to files it cannot read. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkloadStatistics } from '../../experiments/inspect/inspection.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const file = (name: string, lines: readonly (object | string)[]): string => {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return path;
};
const inspect = (...args: string[]) => servegym(['workload', 'inspect', ...args]);
async function statistics(...args: string[]): Promise<WorkloadStatistics> {
  const { code, out, err } = await inspect(...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out).statistics;
}

/** Two users of a system prompt of 32 tokens; the first comes back with what was said. */
const talk = file('talk.jsonl', [
  {
    ...{ key: 1, arrival: 10, prompt_tokens: 40, output_tokens: 8, max_tokens: 8, tenant: 1, slo: 1, deadline: 12 },
    ...{
      segments: [
        ['system', 32],
        ['a', 8],
      ],
      answer: 'to a',
    },
  },
  {
    ...{ key: 2, arrival: 14, prompt_tokens: 40, output_tokens: 16, max_tokens: 64, tenant: 2 },
    ...{
      segments: [
        ['system', 32],
        ['b', 8],
      ],
      answer: 'to b',
    },
  },
  {
    ...{ key: 3, follows: 1, think: 2.5, prompt_tokens: 64, output_tokens: 4, tenant: 1, abort: 30 },
    ...{
      segments: [
        ['system', 32],
        ['a', 8],
        ['to a', 8],
        ['c', 16],
      ],
      answer: 'to c',
    },
  },
]);

describe('figures', () => {
  it('of a conversation are those worked out by hand', async () => {
    expect(await statistics(talk)).toMatchObject({
      requests: 3,
      arrivals: { count: 2, span: 4, rate: 0.25, gaps: { mean: 4 } },
      prompt: { mean: 48, sd: Math.sqrt(192), p50: 40, p99: 64, max: 64 },
      output: { p50: 8, p90: 16 },
      declared: { count: 2, mean: 36, reached: 0.5, values: { distinct: 2 } },
      // 0 of 40, 32 of 40, 48 of 64 tokens; blocks of 16: 0 of 3, 2 of 3, 3 of 4.
      reuse: { tokens: 80 / 144, blocks: 0.5, blockTokens: 16, mostlyHit: 2 / 3, sampled: 1 },
      sessions: { sessions: 2, followers: 1, rounds: { mean: 1.5, max: 2 }, think: { mean: 2.5 } },
      tenants: {
        distinct: 2,
        top: [
          { value: 1, share: 2 / 3 },
          { value: 2, share: 1 / 3 },
        ],
      },
      sloClasses: { distinct: 1 },
      deadlines: { mean: 2 },
      timeouts: { mean: 30 },
    });
    expect((await statistics(talk, '--block-tokens', '8')).reuse?.blocks).toBeCloseTo(10 / 18, 12);
  });

  it('are said in words', async () => {
    const { code, out } = await inspect(talk, '--quiet');
    expect(code).toBe(0);
    expect(out).toMatch(/^talk\.jsonl \(jsonl\), 3 requests\n/);
    expect(out).toMatch(/^prompt, tokens +48\.0 +13\.9 +40\.0 +64\.0 +64\.0 +64\.0$/m);
    expect(out).toMatch(/^arrivals: 0\.250 sessions\/s over 4\.00 s/m);
    expect(out).toMatch(/hits 55\.6 % of prompt tokens, 50\.0 % of blocks of 16; 66\.7 % of requests/);
    expect(out).toMatch(/^sessions: 2, 1 requests follow another$/m);
    expect(out).toMatch(/^tenants: 2 \(1: 66\.7 %, 2: 33\.3 %\)$/m);
  });

  it('of lengths without times are lengths', async () => {
    const lengths = file('lengths.csv', ['in,out', ...Array.from({ length: 100 }, (_, k) => `${k + 1},${100 - k}`)]);
    const args = [lengths, '--columns', 'promptTokens=in,outputTokens=out'];
    const { logCorrelation, ...rest } = await statistics(...args);
    expect(rest).not.toHaveProperty('arrivals');
    expect(rest.prompt).toMatchObject({ mean: 50.5, p50: 50, p90: 90, p99: 99, max: 100 });
    expect(logCorrelation).toBeLessThan(-0.5);
    expect((await inspect(...args)).out).toMatch(/the file has no times[\s\S]*--arrivals poisson/);
  });

  it('leave out what is outside the window, and say how many lines are bad or lack a time', async () => {
    const row = { prompt_tokens: 1, output_tokens: 1 };
    const times = [0, 5, 6, 9].map((arrival) => ({ ...row, arrival }));
    const some = file('some.jsonl', [row, ...times.slice(0, 2), { arrival: 5 }, ...times.slice(2)]);
    const { code, out } = await inspect(some, '--window', '2:8', '--skip-bad-rows', '--quiet');
    expect(code).toBe(0);
    expect(out).toMatch(/^some\.jsonl \(jsonl\), 3 requests, 1 bad, 2 outside the window, 1 without a time\n/);
    expect((await statistics(talk, '--window', '12:')).sessions).toMatchObject({ followers: 0, unplaced: 1 });
  });
});

describe('pictures', () => {
  it.each([
    ['of requests over time', 'open.jsonl', ['dispersion', 'lengths', 'prefix-reuse', 'rate'], 'time, minutes'],
    ['of a list that comes at once', 'at-once.jsonl', ['lengths', 'prefix-reuse'], 'time, '],
  ])('%s', async (_what, name, expected, axis) => {
    const step = name === 'open.jsonl' ? 7 : 0;
    const requests = Array.from({ length: 60 }, (_, k) => ({
      ...{ arrival: step * k + (k % 3), prompt_tokens: 20 + k, output_tokens: 1 + (k % 9) },
      segments: [['system', 20], ...(k > 0 ? [[`${k}`, k]] : [])],
    })).map((row) => (step === 0 ? { ...row, arrival: 0 } : row));
    const out = join(folder, `pictures of ${name}`);
    const { code, out: said } = await inspect(file(name, requests), '--out', out);
    expect(code).toBe(0);
    expect(readdirSync(out)).toEqual(expected.flatMap((picture) => [`${picture}.png`, `${picture}.svg`]));
    for (const picture of expected) {
      const svg = readFileSync(join(out, `${picture}.svg`), 'utf8');
      expect(svg).toContain(`${name} (jsonl), 60 requests`);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(said).toContain(join(out, `${picture}.png`));
    }
    const reuse = readFileSync(join(out, 'prefix-reuse.svg'), 'utf8');
    if (step > 0) expect(reuse).toContain(axis);
    else expect(reuse).toContain('requests in the order of the file');
  });
});

describe('what cannot be', () => {
  const good = { arrival: 0, prompt_tokens: 5, output_tokens: 1 };
  it.each([
    ['no file', [], /--file is required/],
    ['an absent file', [join(folder, 'absent')], /absent: no such file/],
    [
      'a bad row',
      [file('bad.jsonl', [good, { ...good, output_tokens: -1 }])],
      /bad\.jsonl, line 2, column output_tokens/,
    ],
    ['an unknown format', [talk, '--format', 'mooncak'], /format is mooncak, expected .*mooncake/],
    ['a window that is none', [talk, '--window', '5'], /window is "5", expected from:to in seconds/],
    ['a window from its end', [talk, '--window', '5:2'], /window\.to is 2/],
    ['an empty window', [talk, '--window', '1000:'], /no request in the window/],
    ['a column that is not there', [file('c.csv', ['a,b', '1,2']), '--columns', 'promptTokens=x'], /header with/],
    ['a folder for pictures that is a file', [talk, '--out', join(talk, 'x')], /cannot be written/],
  ])('is refused in one line: %s', async (_what, args, expected) => {
    const { code, out, err } = await inspect(...args, '--quiet');
    expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(expected);
  });

  it('Ctrl-C ends it with 130', async () => {
    const { code, out } = await servegym(['workload', 'inspect', talk], { signal: AbortSignal.abort() });
    expect({ code, out }).toEqual({ code: 130, out: '' });
  });
});

const data = resolve(process.env.SERVEGYM_DATA ?? '../shared/data');
const here = existsSync(data);

/** Figures that the data's own description gives. */
describe.skipIf(!here)(`recorded traces${here ? '' : ` (skipped: no folder ${data}; set SERVEGYM_DATA)`}`, () => {
  const near = (value: number | undefined, expected: number, share = 0.01): void => {
    expect(Math.abs((value ?? Number.NaN) / expected - 1)).toBeLessThan(share);
  };
  const spreads = (found: WorkloadStatistics['prompt'], expected: readonly number[]): void => {
    [found.mean, found.p50, found.p90, found.p99].forEach((value, k) => {
      near(value, expected[k]);
    });
  };

  it('Azure conversations 2023', async () => {
    const s = await statistics(join(data, 'azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz'));
    spreads(s.prompt, [1155, 1020, 2734, 4142]);
    spreads(s.output, [211, 129, 424, 601]);
    near(s.arrivals?.rate, 5.53, 0.002);
    near(s.arrivals?.gaps.cv, 1.09, 0.005);
    near(s.arrivals?.dispersion[0].ratio, 1.39, 0.005);
    near(s.arrivals?.dispersion[4].ratio, 16, 0.04);
  });

  it('Mooncake: prefixes', async () => {
    const s = await statistics(join(data, 'mooncake-fast25/synthetic_trace.jsonl.gz'));
    spreads(s.prompt, [15_325, 11_587, 38_611, 66_456]);
    spreads(s.output, [149, 69, 389, 768]);
    near(s.arrivals?.rate, 3.91, 0.002);
    near(s.arrivals?.gaps.cv, 1.01, 0.005);
    near(s.arrivals?.dispersion[0].ratio, 1.09, 0.005);
    expect(s.reuse?.blockTokens).toBe(512);
    near(s.reuse?.blocks, 0.64, 0.008);
    near(s.reuse?.tokens, 0.65, 0.008);
    near(s.reuse?.mostlyHit, 0.44, 0.012);
  });

  it('lists of lengths', async () => {
    const chat = await statistics(
      join(data, 'length-lists/nanoflow_sharegpt.csv.gz'),
      '--columns',
      'promptTokens=ContextTokens,outputTokens=GeneratedTokens',
    );
    spreads(chat.prompt, [299, 36, 829, 3473]);
    spreads(chat.output, [324, 280, 683, 999]);
    const papers = await statistics(join(data, 'length-lists/vidur_arxiv_summarization.csv.gz'));
    spreads(papers.prompt, [2588, 2730, 3702, 3933]);
    spreads(papers.output, [291, 167, 372, 3271]);
    near(papers.logCorrelation, -0.48, 0.011);
  });

  it('sessions of coding agents', async () => {
    const s = await statistics(join(data, 'agentic-coding-weka/requests.csv.gz'));
    spreads(s.prompt, [127_762, 106_538, 251_449, 492_311]);
    spreads(s.output, [437, 215, 881, 3625]);
    expect(s.sessions?.sessions).toBe(360);
    near(s.sessions?.rounds.mean, 67);
    near(s.sessions?.rounds.p50, 41, 0.03);
    near(s.sessions?.think.p50, 10);
    near(s.reuse?.blocks, 0.96);
  });
});
