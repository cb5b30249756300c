/** How long prompts and outputs are. */
import type { TopLevelSpec } from 'vega-lite';
import type { WorkloadCurves, WorkloadStatistics } from '../inspect/inspection.js';
import type { Bar, SpreadSummary } from '../inspect/spread.js';
import { ticksIn } from './log-ticks.js';
import { PALETTE } from './render.js';
import { figure } from './table.js';

const [INK, , ORANGE, GREEN] = PALETTE;
const WIDTH = 620;

/** A histogram of each length over one logarithmic axis, with the quantiles of the table. */
export function lengths(title: string, { prompt, output }: WorkloadStatistics, curves: WorkloadCurves): TopLevelSpec {
  const all = [...curves.prompt, ...curves.output];
  const domain = [Math.min(...all.map(({ from }) => from)), Math.max(...all.map(({ to }) => to))];
  const panel = (name: string, bars: readonly Bar[], color: string, spread: SpreadSummary, last: boolean): object => {
    const quantiles = (['p50', 'p90', 'p99'] as const).map((q) => ({ q, at: spread[q] }));
    const x = {
      field: 'from',
      type: 'quantitative',
      scale: { type: 'log', domain, nice: false },
      title: last ? 'tokens (log scale)' : null,
      axis: { grid: false, format: '~s', values: ticksIn(domain) },
    };
    const y = {
      field: 'share',
      type: 'quantitative',
      title: 'share of requests',
      axis: { format: '.0%', tickCount: 4, minExtent: 44 },
    };
    return {
      title: {
        text: `${name}: ${quantiles.map(({ q, at }) => `${q} ${figure(at)}`).join(' · ')} (dashed), mean ${figure(spread.mean)}`,
        fontSize: 12,
        anchor: 'start',
        offset: 6,
      },
      width: WIDTH,
      height: 170,
      layer: [
        {
          data: { values: [...bars] },
          mark: { type: 'rect', color, opacity: 0.75, stroke: 'white', strokeWidth: 0.5 },
          encoding: { x, x2: { field: 'to' }, y, y2: { datum: 0 } },
        },
        {
          data: { values: quantiles },
          mark: { type: 'rule', color: INK, strokeDash: [3, 3] },
          encoding: { x: { ...x, field: 'at' } },
        },
      ],
    };
  };
  return {
    title: { text: 'Prompt and output lengths', subtitle: [title] },
    spacing: 18,
    vconcat: [
      panel('prompts', curves.prompt, ORANGE, prompt, false),
      panel('outputs', curves.output, GREEN, output, true),
    ],
  } as TopLevelSpec;
}
