/** `servegym capacity --slo`: against closed forms, and end to end. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../env/random.js';
import type { Probe } from '../../../experiments/slo/probes.js';
import type { SloRow } from '../../../experiments/slo/rows.js';
import { servegym, temporaryFolder, writeTrace } from '../terminal.js';

const folder = temporaryFolder();
let runs = 0;

async function capacity(args: readonly string[], at = join(folder, `run${runs++}`)): Promise<SloRow[]> {
  const { code, out, err } = await servegym(['capacity', ...args, '--out', at, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out).rows;
}
const probesIn = (at: string): Probe[] =>
  readFileSync(join(at, 'probes.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('one server', () => {
  /** Exponential sizes in steps of 1 ms: means of 100 ms. */
  const sizes = join(folder, 'exponential.jsonl');
  const { next } = stream(0, 'sizes');
  const rows = Array.from({ length: 2000 }, (_, k) => {
    const output_tokens = Math.ceil(-100 * Math.log(1 - (k + next()) / 2000));
    return JSON.stringify({ arrival: 0, prompt_tokens: 1, output_tokens });
  });
  writeFileSync(sizes, `${rows.join('\n')}\n`);
  const server = ['--trace', sizes, '--arrivals', 'poisson', '--engine', 'serial', '--step', '1000', '--no-pictures'];
  const long = process.env.SERVEGYM_LONG
    ? ['--requests', '20000', '--seeds', '6']
    : ['--requests', '2000', '--seeds', '2'];
  const tolerance = process.env.SERVEGYM_LONG ? 0.03 : 0.06;
  const MEAN = 0.1005; // a size is rounded up to whole steps

  it('M/M/1 under FCFS meets a mean time of L at the rate 1/S − 1/L', async () => {
    const [fcfs] = await capacity([...server, ...long, '--slo', 'jct=0.4@mean', '--schedulers', 'fcfs']);
    const exact = 1 / MEAN - 1 / 0.4;
    expect(Math.abs(fcfs.rate.value / exact - 1)).toBeLessThan(tolerance);
    expect(fcfs.ratio).toBeNull();
  });

  it('meets a 90th percentile of L at the rate 1/S − ln 10 / L, by quantile and by share alike', async () => {
    const exact = 1 / MEAN - Math.log(10) / 0.8;
    const [byQuantile] = await capacity([...server, ...long, '--slo', 'jct=0.8@p90', '--schedulers', 'fcfs']);
    expect(Math.abs(byQuantile.rate.value / exact - 1)).toBeLessThan(tolerance);
    const few = (slo: string) =>
      capacity([...server, '--requests', '300', '--seeds', '2', '--slo', slo, '--schedulers', 'fcfs']);
    expect((await few('jct=0.8'))[0].rates).toEqual((await few('jct=0.8@p90'))[0].rates);
  });

  it('SRPT meets the same mean at a higher rate, on every seed', async () => {
    const few = ['--requests', '600', '--seeds', '2'];
    const [fcfs, srpt] = await capacity([...server, ...few, '--slo', 'jct=0.4@mean', '--schedulers', 'srpt']);
    srpt.rates.forEach((rate, seed) => {
      expect(rate).toBeGreaterThan(1.1 * fcfs.rates[seed]);
    });
    expect(srpt.ratio?.low).toBeGreaterThan(1.1);
  });
});

describe('chunked prefill', () => {
  it('keeps a strict limit on the time between tokens at a far higher rate; a relaxed one at about the same', async () => {
    const requests = join(folder, 'half-long.csv');
    const rows = Array.from({ length: 60 }, (_, k) => `${k},${k % 2 ? 7000 : 300 + 20 * k},${100 + 5 * k}`);
    writeFileSync(requests, `arrival,prompt_tokens,output_tokens\n${rows.join('\n')}\n`);
    const budget = (tokens: number): string => {
      const file = join(folder, `budget-${tokens}.yaml`);
      writeFileSync(file, `preset: vllm-v1\ntokenBudget: ${tokens}\n`);
      return file;
    };
    const at = async (limit: number): Promise<number> => {
      const [small, large] = await capacity([
        ...['--trace', requests, '--engine', `${budget(512)},${budget(8192)}`, '--kv-blocks', '20000'],
        ...['--arrivals', 'poisson', '--requests', '120', '--seeds', '1'],
        ...['--schedulers', 'fcfs', '--slo', `delay=2@p50,tbt=${limit}@p99`, '--no-pictures'],
      ]);
      return small.rate.value / large.rate.value;
    };
    expect(await at(0.06)).toBeGreaterThan(2.5);
    expect(await at(0.6)).toBeLessThan(1.3);
  });
});

describe('capacity --slo', () => {
  const TINY = [
    ...[
      '--trace',
      writeTrace(join(folder, 'own.csv'), 120),
      '--arrivals',
      'poisson',
      '--requests',
      '30',
      '--seeds',
      '2',
    ],
    ...['--kv-blocks', '200', '--gamma', '0', '--schedulers', 'srpt', '--slo', 'ttft=1,tpot=0.08'],
  ];

  it('has a row for each engine and scheduler, and ends with the highest rate that was met', async () => {
    const at = join(folder, 'rows');
    const rows = await capacity([...TINY, '--engine', 'vllm-v1,vllm-v1+rank', '--no-pictures'], at);
    expect(rows.map(({ engine, label }) => `${engine} ${label}`)).toEqual([
      'vllm-v1 fcfs',
      'vllm-v1 srpt × oracle',
      'vllm-v1+rank fcfs',
      'vllm-v1+rank srpt × oracle',
    ]);
    const probes = probesIn(at);
    for (const row of rows) {
      row.rates.forEach((rate, seed) => {
        const own = probes.filter((p) => p.engine === row.engine && p.scheduler === row.scheduler && p.seed === seed);
        expect(own.find((probe) => probe.rate === rate)?.met).toBe(true);
        expect(own.some((probe) => !probe.met && Math.abs(probe.rate / rate - 1.025) < 1e-9)).toBe(true);
        for (const { met, attainment } of own) expect(met).toBe((attainment ?? 0) >= 0.9);
      });
    }
    expect(readdirSync(at).sort()).toEqual(['config.yaml', 'probes.jsonl', 'results.json', 'table.md']);
  });

  it('goes on after an interruption and ends with the same results', async () => {
    const whole = join(folder, 'whole');
    const expected = await capacity([...TINY, '--no-pictures'], whole);
    const at = join(folder, 'cut');
    const partial = join(at, 'probes.partial.jsonl');
    const controller = new AbortController();
    const cut = await servegym(['capacity', ...TINY, '--no-pictures', '--out', at], {
      signal: controller.signal,
      interactive: true,
      onErr: () => {
        if (existsSync(partial) && readFileSync(partial, 'utf8').split('\n').length > 12) controller.abort();
      },
    });
    expect(cut.code).toBe(130);
    expect(cut.err).toMatch(/interrupted: \d+ probes are kept in .*probes\.partial\.jsonl/);
    const { code, err } = await servegym(['capacity', ...TINY, '--no-pictures', '--out', at]);
    expect(code).toBe(0);
    expect(err).toMatch(/\d+ probes of an interrupted run are kept/);
    expect(JSON.parse(readFileSync(join(at, 'results.json'), 'utf8')).rows).toEqual(expected);
    expect(probesIn(at)).toEqual(probesIn(whole));
  });

  it('draws how the objective is kept, and says how long runs are and what comes next', async () => {
    const at = join(folder, 'picture');
    const { code, out } = await servegym(['capacity', ...TINY, '--out', at, '--quiet']);
    expect(code).toBe(0);
    expect(out).toMatch(/^SLO: 90 % of requests with TTFT ≤ 1 s and TPOT ≤ 0.08 s\n/);
    expect(out).toMatch(/a run is 30 requests from an empty engine until all have left, \d+–\d+ s at the rates found/);
    expect(out).toContain('Try next:');
    const svg = readFileSync(join(at, 'attainment.svg'), 'utf8');
    expect(svg).toContain('requests that got what they were promised');
    expect(svg).not.toContain('NaN');
    const seedsAt = new Map<number, number>();
    for (const { step } of probesIn(at)) seedsAt.set(step, (seedsAt.get(step) ?? 0) + 1);
    expect([...seedsAt.values()].filter((count) => count === 4).length).toBeGreaterThanOrEqual(8);
  });

  it('says where a run meets the objective only because it ends, and where nothing meets it', async () => {
    const easy = await servegym([
      'capacity',
      ...TINY,
      '--slo',
      'ttft=1000',
      '--no-pictures',
      '--out',
      join(folder, 'easy'),
      '--quiet',
    ]);
    expect(easy.out).toMatch(/Above load 1: fcfs, srpt × oracle\./);
    expect(easy.out).toContain('Searches that ended before the next higher rate had failed');
    const never = await servegym([
      'capacity',
      ...TINY,
      '--slo',
      'ttft=0.0001',
      '--no-pictures',
      '--out',
      join(folder, 'never'),
      '--quiet',
    ]);
    expect(never.out).toMatch(/Not met at any rate on some seed \(counted as 0\): fcfs, srpt × oracle\./);
  });

  it.each([
    [['--slo', 'tbt=1'], /slo: "tbt=1": expected a statistic/],
    [['--slo', 'own'], /slo: "own": expected a named setting/],
    [['--slo', 'ttft=1', '--schedulers', 'srtp'], /unknown scheduler "srtp"/],
    [['--out', join(folder, 'x')], /--out: without --slo nothing is written/],
  ])('refuses %j in one sentence', async (args, expected) => {
    const { code, out, err } = await servegym(['capacity', ...args]);
    expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(expected);
  });
});
