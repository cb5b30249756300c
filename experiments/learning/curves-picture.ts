/** Learning curves as a picture: a panel for each kind of training or each task, a line for each training. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from '../report/render.js';
import type { Curve } from './curves.js';

/** Beyond this share above the base a curve leaves the picture: how bad the first draws are is not what it is about. */
const WORST = 0.5;
/** Panels beside each other. */
const COLUMNS = 3;

/** @param panels what each panel shows the trainings of; lines of one kind of training have one colour */
export function curvesPicture(curves: readonly Curve[], title: string, panels: 'group' | 'task'): TopLevelSpec {
  const groups = [...new Set(curves.map(({ group }) => group))];
  const color = {
    field: 'group',
    type: 'nominal',
    title: null,
    scale: { domain: groups, range: groups.map((_, at) => PALETTE[1 + (at % (PALETTE.length - 1))]) },
    ...(panels === 'group' && { legend: null }),
  };
  return {
    title: {
      text: title,
      subtitle: [
        '−return on validation seeds, to the base of the training, %: below 0 is better; a line is a training',
      ],
    },
    columns: COLUMNS,
    concat: [...new Set(curves.map((curve) => curve[panels]))].map((name) => {
      const shown = curves.filter((curve) => curve[panels] === name);
      return panel(name, shown, color, panels === 'task' ? 'log' : 'linear');
    }),
    spacing: 36,
  } as TopLevelSpec;
}

function panel(name: string, curves: readonly Curve[], color: object, scale: 'linear' | 'log') {
  const [{ unit }] = curves;
  const values = curves.flatMap(({ group, label, points }) =>
    points.map(({ at, validation }) => ({ group, label, at, cost: 100 * Math.min(WORST, validation) })),
  );
  const encoding = {
    x: {
      field: 'at',
      type: 'quantitative',
      title: unit === 'steps' ? 'steps of environments' : 'simulated episodes',
      scale: scale === 'log' ? { type: 'log', nice: false } : { zero: true },
      axis: { tickCount: 4, format: '~s' },
    },
    y: { field: 'cost', type: 'quantitative', title: null },
    detail: { field: 'label', type: 'nominal' },
    color,
  };
  return {
    title: { text: name, fontSize: 12, offset: 6 },
    width: 300,
    height: 220,
    data: { values },
    layer: [
      { mark: { type: 'rule', color: '#999999' }, encoding: { y: { datum: 0 } } },
      { mark: { type: 'line', strokeWidth: 1.5, opacity: 0.75, clip: true }, encoding },
      { mark: { type: 'point', filled: true, size: 18 }, encoding },
    ],
  };
}
