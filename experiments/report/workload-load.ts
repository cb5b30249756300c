/** When requests come: their rate over time, and that of their tokens. */
import type { TopLevelSpec } from 'vega-lite';
import type { ArrivalSummary } from '../inspect/arrivals.js';
import type { Piece } from '../inspect/inspection.js';
import { coarse, timeUnit } from './pieces.js';
import { PALETTE } from './render.js';
import { figure } from './table.js';

const [INK, BLUE, ORANGE, GREEN] = PALETTE;
const WIDTH = 620;

/** Requests/s and tokens/s, each piece of time a step. */
export function loadOverTime(
  title: string,
  { rate, span }: ArrivalSummary,
  overTime: readonly Piece[],
  what: 'requests' | 'sessions',
): TopLevelSpec {
  const unit = timeUnit(span);
  const steps = coarse(overTime).map(({ from, to, ...sums }) => {
    const end = Math.min(to, span);
    const length = Math.max(end - from, Number.EPSILON);
    return {
      from: from / unit.seconds,
      to: end / unit.seconds,
      requests: sums.requests / length,
      prompt: sums.promptTokens / length,
      output: sums.outputTokens / length,
    };
  });
  // The last piece ends with the last request: if it is short, its rate means nothing.
  const full = steps.filter(({ from, to }, k) => k === 0 || to - from > (steps[0].to - steps[0].from) / 2);
  const x = (name: string | null) => ({
    field: 'from',
    type: 'quantitative',
    title: name,
    scale: { domain: [0, span / unit.seconds], nice: false },
    axis: { grid: false, labels: name !== null },
  });
  const panel = (layers: readonly object[], height: number): object => ({
    width: WIDTH,
    height,
    data: { values: full },
    layer: layers,
  });
  const steady = { field: 'value', type: 'quantitative' };
  const curve = (field: string, color: string, axis: string, time: string | null): object => ({
    mark: { type: 'rect', color, opacity: 0.75 },
    encoding: {
      x: x(time),
      x2: { field: 'to' },
      y: { field, type: 'quantitative', title: axis, axis: { minExtent: 48, tickCount: 4 } },
      y2: { datum: 0 },
    },
  });
  return {
    title: {
      text: 'Load over time',
      subtitle: [
        title,
        `each step ${figure((steps[0].to - steps[0].from) * unit.seconds)} s; dashed: the mean${what === 'sessions' ? '; requests that follow others have no time and are not shown' : ''}`,
      ],
    },
    spacing: 18,
    vconcat: [
      panel(
        [
          curve('requests', BLUE, `${what}/s`, null),
          {
            data: { values: [{ value: rate }] },
            mark: { type: 'rule', color: INK, strokeDash: [5, 3] },
            encoding: { y: steady },
          },
        ],
        200,
      ),
      panel([curve('prompt', ORANGE, 'prompt tokens/s', null)], 100),
      panel([curve('output', GREEN, 'output tokens/s', `time, ${unit.name}`)], 100),
    ],
  } as TopLevelSpec;
}
