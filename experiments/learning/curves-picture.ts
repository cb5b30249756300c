/** Learning curves as a picture: a panel for each kind of training, a line for each training seed. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from '../report/render.js';
import type { Curve } from './curves.js';

/** Beyond this share above the base a curve leaves the picture: how bad the first draws are is not what it is about. */
const WORST = 0.5;

export function curvesPicture(curves: readonly Curve[], title: string): TopLevelSpec {
  const groups = [...new Set(curves.map(({ group }) => group))];
  return {
    title: {
      text: title,
      subtitle: [
        '−return on validation seeds, to the base of the training, %: below 0 is better; a line is a training seed',
      ],
    },
    hconcat: groups.map((group, at) => panel(group, curves, PALETTE[1 + (at % (PALETTE.length - 1))])),
    spacing: 36,
  } as TopLevelSpec;
}

function panel(group: string, curves: readonly Curve[], color: string) {
  const own = curves.filter((curve) => curve.group === group);
  const [{ unit }] = own;
  const values = own.flatMap(({ label, points }) =>
    points.map(({ at, validation }) => ({ label, at, cost: 100 * Math.min(WORST, validation) })),
  );
  const encoding = {
    x: {
      field: 'at',
      type: 'quantitative',
      title: unit === 'steps' ? 'steps of environments' : 'simulated episodes',
      scale: { zero: true },
      axis: { tickCount: 4, format: '~s' },
    },
    y: { field: 'cost', type: 'quantitative', title: null },
    detail: { field: 'label', type: 'nominal' },
  };
  return {
    title: { text: group, fontSize: 12, offset: 6 },
    width: 300,
    height: 220,
    data: { values },
    layer: [
      { mark: { type: 'rule', color: '#999999' }, encoding: { y: { datum: 0 } } },
      { mark: { type: 'line', color, strokeWidth: 1.5, opacity: 0.75, clip: true }, encoding },
      { mark: { type: 'point', color, filled: true, size: 18 }, encoding },
    ],
  };
}
