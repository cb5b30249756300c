/** How bursty arrivals are at each time scale. */
import type { TopLevelSpec } from 'vega-lite';
import { type Dispersion, telling } from '../inspect/dispersion.js';
import { ticksIn } from './log-ticks.js';
import { PALETTE } from './render.js';
import { figure } from './table.js';

const [INK, BLUE] = PALETTE;
const WIDTH = 620;

/** Variance / mean of counts against the window, both logarithmic. */
export function dispersion(title: string, windows: readonly Dispersion[]): TopLevelSpec {
  const values = telling(windows).map(({ window, ratio }) => ({ window, ratio, label: figure(ratio) }));
  const x = {
    field: 'window',
    type: 'quantitative',
    scale: { type: 'log', domain: [0.8, 400], nice: false },
    axis: { values: windows.map(({ window }) => window), grid: false, format: '~r' },
    title: 'window, seconds (log scale)',
  };
  const ratios = [1, ...values.map(({ ratio }) => ratio)];
  const domain = [Math.min(...ratios) / 1.6, Math.max(...ratios) * 1.6];
  const y = {
    field: 'ratio',
    type: 'quantitative',
    scale: { type: 'log', domain, nice: false },
    axis: { values: ticksIn(domain), format: '~r' },
    title: 'variance / mean of counts (log scale)',
  };
  return {
    title: { text: 'Burstiness by time scale', subtitle: [title, 'dashed: Poisson arrivals, at every window 1'] },
    width: WIDTH,
    height: 300,
    layer: [
      {
        data: { values: [{ ratio: 1 }] },
        mark: { type: 'rule', color: INK, strokeDash: [5, 3] },
        encoding: { y },
      },
      {
        data: { values },
        mark: { type: 'line', color: BLUE, strokeWidth: 2, point: { color: BLUE, size: 40 } },
        encoding: { x, y },
      },
      ...[false, true].map((below) => ({
        data: { values: values.filter(({ ratio }) => ratio < 1 === below) },
        mark: { type: 'text', dy: below ? 15 : -12, fontSize: 11 },
        encoding: { x, y, text: { field: 'label' } },
      })),
    ],
  } as TopLevelSpec;
}
