/** Predicted against measured time of the rows that nothing was fitted to, a panel for each phase. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from '../report/render.js';
import type { Pair } from './calibrate.js';
import { phases } from './log-row.js';

/** Points that can be told apart in print. */
const POINTS = 3000;

/** Lines beside the diagonal: this much too long and too short. */
const BAND = 0.1;

export function calibrationPicture(pairs: readonly Pair[], subtitle: readonly string[]): TopLevelSpec {
  const panels = phases
    .map((phase) => pairs.filter((pair) => pair.phase === phase))
    .filter((own) => own.length > 0)
    .map((own, k) => panel(own, PALETTE[1 + k], k === 0));
  return {
    title: {
      text: 'Predicted against measured time of an iteration',
      subtitle: [...subtitle, `grey: equal, and ${100 * BAND} % to each side`],
    },
    spacing: 36,
    hconcat: panels,
  } as TopLevelSpec;
}

function panel(pairs: readonly Pair[], color: string, first: boolean): object {
  const step = Math.ceil(pairs.length / POINTS);
  const values = pairs
    .filter((_, k) => k % step === 0)
    .map(({ measured, predicted }) => ({ measured: measured / 1000, predicted: predicted / 1000 }));
  const all = values.flatMap(({ measured, predicted }) => [measured, predicted]);
  const ends = [0.95 * Math.min(...all), 1.05 * Math.max(...all)];
  const scale = { type: 'log', domain: ends, nice: false } as const;
  const axis = { values: ticks(ends[0], ends[1]), format: '~r' } as const;
  const x = { field: 'measured', type: 'quantitative', title: 'measured, ms (log scale)', scale, axis } as const;
  const y = {
    field: 'predicted',
    type: 'quantitative',
    title: first ? 'predicted, ms (log scale)' : null,
    scale,
    axis,
  } as const;
  const band = [1 - BAND, 1, 1 + BAND].map((factor) => ({
    data: { values: ends.map((end) => ({ measured: end, predicted: factor * end })) },
    mark: { type: 'line', color: '#999999', strokeWidth: factor === 1 ? 1.2 : 0.6, clip: true },
    encoding: { x, y },
  }));
  return {
    title: { text: `${pairs[0].phase}, ${pairs.length} iterations`, fontSize: 12, anchor: 'start', offset: 6 },
    width: 340,
    height: 340,
    layer: [
      ...band,
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 10, opacity: 0.45, color, clip: true },
        encoding: { x, y },
      },
    ],
  };
}

/** 1, 2 and 5 times powers of ten from low to high; more of them where there are few. */
function ticks(low: number, high: number): number[] {
  const digits = high / low < 12 ? [1, 1.5, 2, 3, 4, 5, 7] : [1, 2, 5];
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const digit of digits) values.push(Number((digit * 10 ** power).toPrecision(3)));
  }
  return values.filter((value) => value >= low && value <= high);
}
