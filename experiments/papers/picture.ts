/** What was expected and what is measured, a line a figure: the picture of a claim that has none of its own. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from '../report/render.js';
import type { Figure } from './paper.js';
import { judge } from './verdict.js';

const COLOURS = { agrees: PALETTE[3], open: PALETTE[6], direction: PALETTE[5], against: PALETTE[2], shown: PALETTE[8] };

/** A panel for each unit: bands are what was expected, dots with bars what is measured. */
export function figuresPicture(figures: readonly Figure[], title: string, subtitle: readonly string[]): TopLevelSpec {
  const units = [...new Set(figures.map(({ unit }) => unit))];
  return {
    title: {
      text: title,
      subtitle: [...subtitle, 'bands: expected, tolerance included; dots: measured, with 95 % intervals'],
    },
    spacing: 24,
    vconcat: units.map((unit) =>
      panel(
        figures.filter((figure) => figure.unit === unit),
        unit,
      ),
    ),
  } as TopLevelSpec;
}

const TITLES: Readonly<Record<Figure['unit'], string>> = {
  '%': 'difference, %',
  share: 'share, %',
  '×': 'ratio',
  s: 'seconds',
  '': 'value',
};

function panel(figures: readonly Figure[], unit: Figure['unit']): object {
  const scale = unit === '%' || unit === 'share' ? 100 : 1;
  const values = figures.map((figure) => {
    const { expected, measured, what } = figure;
    return {
      what,
      value: scale * measured.value,
      low: scale * (Number.isFinite(measured.low) ? measured.low : measured.value),
      high: scale * (Number.isFinite(measured.high) ? measured.high : measured.value),
      from: expected === null ? null : scale * expected.low,
      to: expected === null ? null : scale * expected.high,
      verdict: judge(figure) ?? 'shown',
    };
  });
  const ends = values.flatMap(({ value, low, high, from, to }) => [value, low, high, from, to]);
  const finite = ends.filter((end): end is number => end !== null && Number.isFinite(end));
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const margin = 0.06 * (most - least || 1);
  const domain = [least >= 0 ? Math.max(0, least - margin) : least - margin, most + margin];
  const inDomain = (end: number | null): number | null =>
    end === null ? null : Math.min(domain[1], Math.max(domain[0], end));
  const shown = values.map((row) => ({ ...row, from: inDomain(row.from), to: inDomain(row.to) }));
  const y = {
    field: 'what',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelLimit: 560, grid: false, ticks: false, domain: false },
  } as const;
  const x = (field: string) =>
    ({ field, type: 'quantitative', title: TITLES[unit], scale: { domain, nice: false, zero: false } }) as const;
  const color = {
    field: 'verdict',
    type: 'nominal',
    title: null,
    scale: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
  } as const;
  return {
    width: 440,
    height: { step: 20 },
    data: { values: shown },
    layer: [
      {
        transform: [{ filter: 'datum.from !== null' }],
        mark: { type: 'bar', color: '#D9D9D9', height: 12, minBandSize: 2 },
        encoding: { y, x: x('from'), x2: { field: 'to' } },
      },
      { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { y, x: x('low'), x2: { field: 'high' }, color } },
      { mark: { type: 'point', filled: true, size: 44, opacity: 1 }, encoding: { y, x: x('value'), color } },
    ],
  };
}
