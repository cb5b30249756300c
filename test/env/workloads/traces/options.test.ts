import { describe, expect, test } from 'vitest';
import { poissonArrivals } from '../../../../env/workloads/arrivals.js';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { fixture, line, traceFiles } from './trace-files.js';

const { made } = traceFiles();

describe('options', () => {
  const five = [0, 1, 2, 3, 4].map((t) => line(t, { deadline: t + 10 })).join('\n');

  test('a window keeps keys and begins at 0', async () => {
    const { workload, report } = await readTrace(made(five), { window: { from: 1, to: 3 } });
    expect([...workload.arrival]).toEqual([0, 1_000_000]);
    expect([...workload.deadline]).toEqual([10_000_000, 11_000_000]);
    expect([...workload.key]).toEqual([2, 3]);
    expect(report.outside).toBe(3);
  });

  test('behind a window nothing is even read, where nobody can follow', async () => {
    const list = 'arrival,prompt_tokens,output_tokens\n0,1,1\n1,1,1\n2,1,1\n3,1,1\nrubbish';
    const { workload, report } = await readTrace(made(list), { window: { from: 1, to: 3 } });
    expect([...workload.key]).toEqual([3, 4]);
    expect(report).toMatchObject({ lines: 5, outside: 1 });
  });

  test('rate, limit and clip', async () => {
    const { workload } = await readTrace(made(`${five}\nrubbish`), { rate: 4, limit: 3 });
    expect([...workload.arrival]).toEqual([0, 250_000, 500_000]);
    expect([...workload.deadline]).toEqual([10_000_000, 10_250_000, 10_500_000]);
    const cut = await readTrace(fixture('requests.jsonl'), { clip: { prompt: 550, output: 4 } });
    expect([...cut.workload.promptTokens]).toEqual([550, 550, 9]);
    expect([...cut.workload.outputTokens]).toEqual([4, 4, 3]);
    expect([...(cut.workload.content?.tokens ?? [])]).toEqual([512, 38, 512, 38, 9]);
    expect(cut.report.clipped).toEqual({ prompts: 2, outputs: 2 });
  });

  test('arrivals of a process stand in for those of a file', async () => {
    const process = poissonArrivals(2);
    const options = { arrivals: process, seed: 'x' };
    const { workload } = await readTrace(fixture('specdecode-bench.jsonl'), options);
    expect(workload.arrival[0]).toBeGreaterThan(0);
    expect(workload.arrival[1]).toBeGreaterThan(workload.arrival[0]);
    const without = made('{"prompt_tokens": 5, "output_tokens": 1, "deadline": 3}');
    const given = (await readTrace(without, options)).workload;
    expect(given.deadline[0] - given.arrival[0]).toBe(3_000_000);
  });

  test('bad rows are skipped on request, counted and shown', async () => {
    const rows = [
      line(0),
      'rubbish',
      line(1, { prompt_tokens: -3 }),
      line(1),
      line(0.5),
      line(2, { slo: 300 }),
      line(3),
    ];
    const { workload, report } = await readTrace(made(rows.join('\n')), { skipBadRows: true });
    expect([...workload.arrival]).toEqual([0, 1_000_000, 3_000_000]);
    expect([...workload.key]).toEqual([1, 4, 7]);
    expect(report.skipped.count).toBe(4);
    expect(report.skipped.examples).toHaveLength(3);
    expect(report.skipped.examples[1]).toMatch(
      /line 3, column prompt_tokens: expected a whole number in 1 … 2147483647, found -3$/,
    );
  });

  test.each([
    [{ rate: 0 }, 'option rate is 0, expected a number > 0'],
    [{ limit: 1.5 }, 'option limit is 1.5, expected a whole number ≥ 1'],
    [{ clip: { prompt: 0 } }, 'option clip.prompt is 0, expected a whole number ≥ 1'],
    [{ window: { from: 5, to: 5 } }, 'option window.to is 5, expected seconds > window.from'],
    [{ window: { from: -1 } }, 'option window.from is -1, expected seconds ≥ 0'],
    [
      { format: 'azure' as 'csv' },
      'option format is azure, expected azure-2023, azure-2024, burstgpt, mooncake, vidur',
    ],
    [{ draft: 'medusa' as 'eagle' }, 'option draft is medusa, expected eagle, ngram'],
    [{ unit: 'min' as 's' }, 'option unit is min, expected s, ms, us, ns, iso'],
  ])('option %j is refused', async (options, message) => {
    await expect(readTrace(made(five), options)).rejects.toThrow(message);
  });
});
