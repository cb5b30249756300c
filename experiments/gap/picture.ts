/** Every row of every gap as a share of FCFS: a panel a setting, intervals over seeds. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from '../report/render.js';
import type { Gap } from './measure.js';

const PARTS = { ladder: 'what is known', decision: 'best tuned, one decision put back' } as const;

export function gapPicture(gaps: readonly Gap[], subtitle: readonly string[]): TopLevelSpec {
  const panels = gaps.map((gap) => {
    const values = gap.rows
      .filter(({ changed, unread }) => changed && !unread)
      .map(({ label, part, vsFcfs }) => ({
        label,
        part: PARTS[part],
        value: 1 + (vsFcfs?.value ?? 0),
        low: 1 + (vsFcfs?.low ?? 0),
        high: 1 + (vsFcfs?.high ?? 0),
      }));
    const what = gap.objective === 'jct' ? 'mean JCT' : 'promises broken';
    const y = {
      field: 'label',
      type: 'nominal',
      title: null,
      sort: values.map(({ label }) => label),
      axis: { labelLimit: 240 },
    } as const;
    const x = { field: 'value', type: 'quantitative', title: `${what}, FCFS = 1`, scale: { zero: true } } as const;
    const color = {
      field: 'part',
      type: 'nominal',
      title: null,
      scale: { domain: Object.values(PARTS), range: [PALETTE[1], PALETTE[5]] },
      legend: { orient: 'bottom', labelLimit: 320 },
    } as const;
    return {
      title: { text: `${gap.setting}, load ${gap.load}`, fontSize: 12, anchor: 'start', offset: 6 },
      width: 360,
      height: { step: 18 },
      data: { values },
      layer: [
        { mark: { type: 'bar', height: { band: 0.7 } }, encoding: { x, y, color } },
        { mark: { type: 'rule', strokeWidth: 1.4 }, encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y } },
      ],
    };
  });
  return {
    title: { text: 'Where there is something to learn', subtitle: [...subtitle] },
    columns: 2,
    spacing: 36,
    concat: panels,
  } as TopLevelSpec;
}
