/** Two distributions of each of several quantities, as steps from 0 to 1. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from './render.js';

export interface CdfPanel {
  /** The quantity with its unit. */
  readonly title: string;
  readonly measured: readonly number[];
  readonly simulated: readonly number[];
}

const SIDES = ['measured', 'simulated'] as const;

/** Panels two in a row. */
export function cdfs(panels: readonly CdfPanel[], title: string, subtitle: readonly string[]): TopLevelSpec {
  return {
    title: { text: title, subtitle: [...subtitle] },
    spacing: 40,
    columns: 2,
    resolve: { legend: { color: 'independent' } },
    concat: panels.map(drawPanel),
  } as TopLevelSpec;
}

/** Only the first one has a legend. */
function drawPanel(panel: CdfPanel, k: number): object {
  return {
    width: 340,
    height: 220,
    data: { values: SIDES.flatMap((side) => stepsOf(panel[side]).map((step) => ({ ...step, side }))) },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.8 },
    encoding: {
      x: { field: 'value', type: 'quantitative', title: panel.title, scale: { zero: false } },
      y: {
        field: 'share',
        type: 'quantitative',
        title: k % 2 === 0 ? 'share of requests' : null,
        scale: { domain: [0, 1] },
        axis: { format: '.0%' },
      },
      color: {
        field: 'side',
        type: 'nominal',
        title: null,
        scale: { domain: SIDES, range: [PALETTE[0], PALETTE[2]] },
        legend: k === 0 ? { symbolType: 'stroke', orient: 'bottom-right' } : null,
      },
    },
  };
}

const stepsOf = (values: readonly number[]): { value: number; share: number }[] =>
  [...values].sort((a, b) => a - b).map((value, k) => ({ value, share: (k + 1) / values.length }));
