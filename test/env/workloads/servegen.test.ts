import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servegenSource } from '../../../env/workloads/servegen/source.js';
import type { Workload } from '../../../env/workloads/workload.js';
import { cvOfGaps, mean } from './moments.js';

const TRACE = 'client_id,t_start_s,rate_rps,cv,pattern,p1,p2';
const LENGTHS = 'client_id,t_start_s,field,n_support,mean,p1,p5,p10,p25,p50,p75,p90,p95,p99';
/** Client 3: even and busy; 5: bursty, silent in one window; 9: no lengths. */
const windows = [
  '3,0,2,0.5,Gamma,4,0.125',
  '3,600,4,0.5,Gamma,4,0.06',
  '3,1200,4,1,Exponential,0,0',
  '5,0,1,2,Weibull,0.5,0.4',
  '5,600,0,0,,0,0',
  '5,1200,1,3,Gamma,0.1,9',
  '9,0,1,1,Gamma,1,1',
];
const lengths = [
  '3,0,input_tokens,99,120,100,100,100,100,100,100,100,100,100',
  '3,0,output_tokens,99,10,10,10,10,10,10,10,10,10,10',
  '5,21600,input_tokens,99,2000,1000,1100,1200,1500,2000,2500,2800,2900,3000',
  '5,21600,output_tokens,99,500,500,500,500,500,500,500,500,500,500',
];
const text = (header: string, rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
const rowsOf = (workload: Workload, client: number): string[] =>
  Array.from({ length: workload.count }, (_, row) => row)
    .filter((row) => workload.tenant[row] === client)
    .map((row) =>
      [workload.key[row], workload.arrival[row], workload.promptTokens[row], workload.outputTokens[row]].join(),
    );

describe('ServeGen files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'servegen-'));
  const trace = join(folder, 'toy-trace.csv');
  const quantiles = join(folder, 'toy-length-quantiles.csv');
  beforeAll(() => {
    writeFileSync(trace, text(TRACE, windows));
    writeFileSync(quantiles, text(LENGTHS, lengths));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const all = { trace, to: 1800 };

  test('rates, gaps, lengths and names are those of clients and windows', async () => {
    const source = await servegenSource(all);
    expect(source.name).toBe('toy-trace.csv 0 … 1800 s');
    expect(source.report).toEqual({
      rows: 7,
      clients: 3,
      withoutLengths: { clients: 1, share: 600 / 7800 },
      expected: 7800,
    });
    const draws = Array.from({ length: 20 }, (_, seed) => source.sample(seed));
    const inWindow = (client: number, window: number): number =>
      mean(
        draws.map(
          ({ arrival, tenant }) =>
            arrival.filter((t, row) => tenant[row] === client && Math.floor(t / 6e8) === window).length,
        ),
      );
    for (const [client, window, rate, cv] of [
      [3, 0, 2, 0.5],
      [3, 1, 4, 0.5],
      [3, 2, 4, 1],
      [5, 0, 1, 2],
      [5, 2, 1, 3],
      [9, 0, 1, 1],
    ])
      expect(Math.abs(inWindow(client, window) / (600 * rate) - 1)).toBeLessThan((4 * cv) / Math.sqrt(20 * 600 * rate));
    expect([inWindow(5, 1), inWindow(9, 1)]).toEqual([0, 0]);
    const [{ arrival, tenant, promptTokens, outputTokens, key, count }] = draws;
    const even = arrival.filter((t, row) => tenant[row] === 3 && t < 6e8);
    expect(Math.abs(cvOfGaps(even) - 0.5)).toBeLessThan(0.05);
    expect(new Set(key).size).toBe(count);
    const mine = (column: Int32Array, client: number) => column.filter((_, row) => tenant[row] === client);
    // The top hundredth of client 3's prompts goes from 100 to where the mean is 120.
    expect(Math.abs(mean(mine(promptTokens, 3)) / 120 - 1)).toBeLessThan(0.1);
    expect(new Set(mine(outputTokens, 3))).toEqual(new Set([10]));
    expect(Math.abs(mean(mine(promptTokens, 5)) / 2000 - 1)).toBeLessThan(0.05);
    // Client 9 takes the lengths of 3 and 5 in proportion to their requests, 6000 and 1200.
    const borrowed = mine(outputTokens, 9);
    expect(Math.abs(borrowed.filter((n) => n === 10).length / borrowed.length - 5 / 6)).toBeLessThan(0.06);
    expect(borrowed.every((n) => n === 10 || n === 500)).toBe(true);
  });

  test('a request is the same in another part of the data and without other clients', async () => {
    const whole = (await servegenSource(all)).sample(1);
    const part = (await servegenSource({ ...all, from: 300, to: 900 })).sample(1);
    const inside = rowsOf(whole, 3).filter((row) => {
      const t = Number(row.split(',')[1]);
      return t >= 300e6 && t < 900e6;
    });
    expect(rowsOf(part, 3).map((row) => row.split(',')[0])).toEqual(inside.map((row) => row.split(',')[0]));
    expect(rowsOf(part, 3).map((row) => Number(row.split(',')[1]) + 300e6)).toEqual(
      inside.map((row) => Number(row.split(',')[1])),
    );
    const alone = (await servegenSource({ ...all, only: [5, 9] })).sample(1);
    expect(rowsOf(alone, 5)).toEqual(rowsOf(whole, 5));
    expect(rowsOf(alone, 9)).toEqual(rowsOf(whole, 9));
    expect(rowsOf(alone, 3)).toEqual([]);
    const largest = await servegenSource({ ...all, clients: 2 });
    expect(largest.report).toMatchObject({ clients: 2, expected: 7200 });
    expect(rowsOf(largest.sample(1), 5)).toEqual(rowsOf(whole, 5));
  });

  test('a rate scales everybody, lengths can be cut, gzip and a named file of lengths are read', async () => {
    const packed = join(folder, 'packed-trace.csv.gz');
    writeFileSync(packed, gzipSync(text(TRACE, windows).replaceAll('\n', '\r\n')));
    const source = await servegenSource({
      ...all,
      trace: packed,
      lengths: quantiles,
      rate: 50,
      clip: { prompt: 99, output: 9 },
    });
    expect(source.report.expected).toBeCloseTo(50 * 1800, 6);
    const { count, promptTokens, outputTokens } = source.sample('x');
    expect(Math.abs(count / (50 * 1800) - 1)).toBeLessThan(0.03);
    expect([Math.max(...promptTokens), Math.max(...outputTokens)]).toEqual([99, 9]);
    await expect(servegenSource({ ...all, trace: packed })).rejects.toThrow(
      `${packed}: expected its lengths in ${join(folder, 'packed-length-quantiles.csv')} (plain or .gz) or named by the option lengths`,
    );
  });

  test.each([
    ['3,0,2,0.5,Gamma,4', 'line 2: expected 7 cells, found 6 in "3,0,2,0.5,Gamma,4"'],
    ['x,0,2,0.5,Gamma,4,1', 'line 2, column client_id: expected a whole number in 0 … 8191, found "x"'],
    ['3,7,2,0.5,Gamma,4,1', 'line 2, column t_start_s: expected a multiple of 600 s in 0 … 39321000, found "7"'],
    ['3,0,-2,0.5,Gamma,4,1', 'line 2, column rate_rps: expected a number ≥ 0 (requests/s), found "-2"'],
    ['3,0,2,,Gamma,4,1', 'line 2, column cv: expected a number ≥ 0, found nothing'],
    ['3,0,2,0,Gamma,4,1', 'line 2, column cv: expected a number in 0.001 … 10000 where the rate is above 0, found "0"'],
    [
      '3,0,2,1,Pareto,4,1',
      'column pattern: expected Gamma, Weibull, Exponential where the rate is above 0, found "Pareto"',
    ],
    ['3,0,2,1,Gamma,4,one', 'line 2, column p2: expected a number, found "one"'],
    [
      '3,600,2,1,Gamma,4,1\n3,600,1,1,Gamma,1,1',
      "line 3, column t_start_s: expected a time after 600, the client's row before, found",
    ],
  ])('the trace row %j is refused', async (row, message) => {
    const bad = join(folder, 'bad-trace.csv');
    writeFileSync(bad, text(TRACE, [row]));
    await expect(servegenSource({ ...all, trace: bad, lengths: quantiles })).rejects.toThrow(message);
    await expect(servegenSource({ ...all, trace: bad, lengths: quantiles })).rejects.toThrow(bad);
  });

  test.each([
    [
      lengths[0].replace('input', 'in'),
      'line 2, column field: expected input_tokens or output_tokens, found "in_tokens"',
    ],
    [
      `${lengths[0]}\n${lengths[0]}`,
      'line 3, column field: expected one row of input_tokens for a client and time, found a second one',
    ],
    [
      lengths[0].replace(/100$/, '99'),
      'line 2, column p99: expected a number ≥ 100 (tokens; quantiles do not fall), found "99"',
    ],
    [lengths[0].replace('3,0', '3,600'), 'line 2, column t_start_s: expected a multiple of 21600 s'],
    [lengths[0], 'no client has both prompt and output lengths'],
  ])('the length row %j is refused', async (row, message) => {
    const bad = join(folder, 'bad-length-quantiles.csv');
    writeFileSync(bad, text(LENGTHS, [row]));
    await expect(servegenSource({ ...all, lengths: bad })).rejects.toThrow(message);
  });

  test('mutated files are read or refused with their name', async () => {
    const bad = join(folder, 'mutated-trace.csv');
    const good = text(TRACE, windows);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.constantFrom('', '\n', ',', '-', 'e', '9', '"', '\0', ' ', '.'),
        fc.nat(12),
        async (at, put, cut) => {
          writeFileSync(bad, good.slice(0, at) + put + good.slice(at + cut));
          try {
            const { report } = await servegenSource({ ...all, trace: bad, lengths: quantiles, rate: 1 });
            expect(report.expected).toBeGreaterThan(0);
          } catch (error) {
            expect((error as Error).message).toContain(bad);
          }
        },
      ),
      { numRuns: process.env.SERVEGYM_LONG ? 10_000 : 150, seed: 4 },
    );
  });

  test.each([
    ['', 'is empty, expected the header client_id'],
    [`${TRACE}\n`, 'has a header and no rows'],
    ['a,b\n1,2\n', `line 1: expected the header ${TRACE}, found "a,b"`],
  ])('the file %j is refused', async (content, message) => {
    const bad = join(folder, 'none-trace.csv');
    writeFileSync(bad, content);
    await expect(servegenSource({ ...all, trace: bad })).rejects.toThrow(message);
  });

  test.each([
    [{ to: 0 }, 'servegen: to is 0, expected seconds > 0'],
    [{ from: -1 }, 'servegen: from is -1, expected seconds ≥ 0'],
    [{ rate: 0 }, 'servegen: rate is 0, expected a number > 0'],
    [{ clients: 0 }, 'servegen: clients is 0, expected a whole number ≥ 1'],
    [{ clip: { output: 0.5 } }, 'servegen: clip.output is 0.5, expected a whole number ≥ 1'],
    [{ only: [4] }, 'servegen: only is 4, expected clients like 3, which has requests'],
    [
      { rate: 1e9 },
      'hold about 1800000000000 requests, expected at most 10000000: choose a shorter part or a lower rate',
    ],
    [{ from: 5000, to: 6000 }, 'toy-trace.csv: no requests in 5000 … 6000 s, its windows end at 1800 s'],
    [{ trace: '/nowhere-trace.csv' }, '/nowhere-trace.csv: no such file'],
    [{ trace: 'package.json' }, 'package.json, line 1: expected the header'],
  ])('option %j is refused', async (options, message) => {
    await expect(servegenSource({ ...all, ...options })).rejects.toThrow(message);
  });
});
