/** Mean JCT against the quality of prediction: a panel a place and sweep, a line a scheduler, intervals over seeds. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from '../report/render.js';
import type { Voi } from './measure.js';
import { type Sweep, sweeps } from './sweeps.js';

export function voiPicture(all: readonly Voi[], subtitle: readonly string[]): TopLevelSpec {
  return {
    title: { text: 'What predictions are worth', subtitle: [...subtitle] },
    columns: sweeps.length,
    spacing: 36,
    concat: all.flatMap((voi) => sweeps.map((sweep) => panel(voi, sweep))),
  } as TopLevelSpec;
}

function panel({ place, load, rows }: Voi, { name, title, qualities, schedulers }: Sweep): object {
  const values = rows
    .filter((row) => row.sweep === name)
    .map(({ scheduler, quality, vsFcfs: { value, low, high } }) => ({
      scheduler,
      quality,
      value: 1 + value,
      low: 1 + (Number.isFinite(low) ? low : value),
      high: 1 + (Number.isFinite(high) ? high : value),
    }));
  const labels = schedulers.map(({ label }) => label);
  const x = {
    field: 'quality',
    type: 'nominal',
    title: null,
    sort: qualities.map(({ label }) => label),
    axis: { labelAngle: -40, labelLimit: 0 },
  } as const;
  const xOffset = { field: 'scheduler', sort: labels } as const;
  const y = { field: 'value', type: 'quantitative', title: 'mean JCT, FCFS = 1', scale: { zero: false } } as const;
  const color = {
    field: 'scheduler',
    type: 'nominal',
    title: null,
    sort: labels,
    scale: { domain: labels, range: PALETTE.slice(1, 1 + labels.length) },
    legend: { orient: 'bottom' },
  } as const;
  return {
    title: { text: `${place}, load ${load}: ${title}`, fontSize: 12, anchor: 'start', offset: 6 },
    width: name === 'length' ? 520 : 300,
    height: 220,
    data: { values },
    layer: [
      { mark: { type: 'rule', color: '#999999', strokeDash: [4, 3] }, encoding: { y: { datum: 1 } } },
      { mark: { type: 'line', opacity: 0.35, strokeWidth: 1 }, encoding: { x, y, color } },
      {
        mark: { type: 'rule', strokeWidth: 1.4 },
        encoding: { x, xOffset, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      { mark: { type: 'point', filled: true, size: 36, opacity: 1 }, encoding: { x, xOffset, y, color } },
    ],
  };
}
