/** Tables and pictures. */
import { describe, expect, it } from 'vitest';
import { pngOf } from '../../env/tasks/render/png.js';
import { gantt } from '../../experiments/report/gantt.js';
import { latencyLoad } from '../../experiments/report/latency-load.js';
import { renderSvg } from '../../experiments/report/render.js';
import { figure, markdownTable, percentage, textTable } from '../../experiments/report/table.js';

describe('tables', () => {
  const table = {
    columns: [{ title: 'name', align: 'left' as const }, { title: 'JCT, s' }],
    rows: [
      ['a|b', '1.00'],
      ['longer name', '12.0'],
    ],
  };

  it('align names left and numbers right', () => {
    expect(textTable(table)).toBe(
      'name         JCT, s\n───────────────────\na|b            1.00\nlonger name    12.0\n',
    );
  });

  it('are valid Markdown', () => {
    expect(markdownTable(table)).toBe('| name | JCT, s |\n| :-- | --: |\n| a\\|b | 1.00 |\n| longer name | 12.0 |\n');
  });

  it('show three significant digits and no exponents', () => {
    expect([0, 0.001234, 1.2345, 12.345, 123.45, 12345.6, 1e9, Number.NaN].map((value) => figure(value))).toEqual([
      '0',
      '0.00123',
      '1.23',
      '12.3',
      '123',
      '12,346',
      '1,000,000,000',
      '–',
    ]);
    expect(percentage({ value: -0.241, low: -0.3, high: 0.018 })).toBe('−24.1 % [−30.0, +1.8]');
    expect(percentage({ value: 12.24, low: Number.NaN, high: Number.NaN })).toBe('+1,224 %');
  });
});

describe('pictures', () => {
  const points = ['vllm-v1', 'vllm-v1+rank'].flatMap((engine) =>
    [0.5, 0.9].flatMap((load) =>
      ['fcfs', 'srpt'].map((scheduler) => ({
        engine,
        scheduler,
        belief: 'oracle',
        label: scheduler,
        load,
        value: 10 * load,
        low: 9 * load,
        high: 11 * load,
      })),
    ),
  );
  const panel = {
    label: 'fcfs',
    spans: [
      { row: 0, kind: 'wait' as const, from: 0, to: 1 },
      { row: 0, kind: 'decode' as const, from: 1, to: 2 },
      { row: 1, kind: 'prefill' as const, from: 1, to: 1.5 },
    ],
    pool: [
      { at: 0, used: 0, waiting: 1 },
      { at: 1, used: 0.5, waiting: 0 },
    ],
  };
  const specs = [
    [
      'latency against load',
      latencyLoad(points, 'Latency', ['subtitle']),
      ['fcfs', 'srpt', 'vllm-v1+rank', 'load (share of measured capacity)', 'mean JCT, seconds (log scale)'],
    ],
    [
      'one seed, without intervals',
      latencyLoad(
        points.map((point) => ({ ...point, low: Number.NaN, high: Number.NaN })),
        'Latency',
        [],
      ),
      ['srpt'],
    ],
    [
      'one load',
      latencyLoad(
        points.filter(({ load }) => load === 0.9),
        'Latency',
        [],
      ),
      ['srpt'],
    ],
    [
      'Gantt',
      gantt([panel, panel], 'One episode', ['subtitle']),
      ['waiting', 'prefill', 'decode', 'KV in use', 'time, seconds'],
    ],
  ] as const;

  it.each(specs)(
    '%s: words are there, nothing is undefined, the PNG has the size of the SVG',
    async (_name, spec, words) => {
      const svg = await renderSvg(spec);
      for (const word of words) expect(svg).toContain(word);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg).toMatch(/font-family="DejaVu Sans, [^"]*sans-serif"/);
      const size = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg);
      const png = Buffer.from(pngOf(svg));
      expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
      expect(png.readUInt32BE(16)).toBeCloseTo(2 * Number(size?.[1]), -1);
      expect(png.readUInt32BE(20)).toBeCloseTo(2 * Number(size?.[2]), -1);
    },
  );

  it('are the same bytes every time', async () => {
    const [one, other] = [await renderSvg(specs[3][1]), await renderSvg(specs[3][1])];
    expect(one === other).toBe(true);
  });

  it('have letters: a title changes the pixels', async () => {
    const [one, other] = await Promise.all(
      ['AAAA', 'BBBB'].map(async (title) => pngOf(await renderSvg(gantt([panel], title, [])))),
    );
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  });
});
