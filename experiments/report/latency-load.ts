/** How latency grows with load: a curve per scheduler and belief, a panel per engine, with intervals over seeds. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from './render.js';

/** Mean JCT of one scheduler at one load. */
export interface LatencyPoint {
  readonly engine: string;
  readonly scheduler: string;
  /** Scheduler and belief as the tables name them. */
  readonly label: string;
  readonly belief: string;
  /** Of measured capacity. */
  readonly load: number;
  /** Seconds, with the ends of a 95 % interval over seeds. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export function latencyLoad(points: readonly LatencyPoint[], title: string, subtitle: readonly string[]): TopLevelSpec {
  const all = dodged(points);
  const schedulers = distinct(all.map(({ scheduler }) => scheduler));
  const beliefs = distinct(all.map(({ belief }) => belief));
  const color = {
    field: 'scheduler',
    type: 'nominal',
    title: 'scheduler',
    scale: { domain: schedulers, range: PALETTE },
    legend: { symbolType: 'stroke', symbolOpacity: 1, symbolSize: 300 },
  } as const;
  const strokeDash = {
    field: 'belief',
    type: 'nominal',
    title: 'beliefs',
    scale: { domain: beliefs, range: DASHES },
    legend: { symbolType: 'stroke', symbolSize: 400, symbolStrokeColor: '#000000' },
  } as const;
  const panels = distinct(all.map(({ engine }) => engine)).map((engine, k) =>
    panel(
      engine,
      all.filter((point) => point.engine === engine),
      k === 0,
      { color, strokeDash },
    ),
  );
  return {
    title: { text: title, subtitle: [...subtitle, 'vertical bars: 95 % bootstrap intervals over seeds'] },
    spacing: 36,
    hconcat: panels,
  } as TopLevelSpec;
}

/** Each engine has a scale of its own: one bad scheduler must not flatten the others elsewhere. */
function panel(
  engine: string,
  values: readonly Dodged[],
  first: boolean,
  { color, strokeDash }: Record<'color' | 'strokeDash', object>,
): object {
  const x = {
    field: 'x',
    type: 'quantitative',
    title: 'load (share of measured capacity)',
    scale: { zero: false, nice: false, padding: 14 },
    axis: { grid: false, values: distinct(values.map(({ load }) => load)), format: '.3~f' },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    title: first ? 'mean JCT, seconds (log scale)' : null,
    scale: { type: 'log', nice: false, padding: 10 },
    axis: { values: ticks(values), format: '~r' },
  } as const;
  const detail = { field: 'label', type: 'nominal' } as const;
  return {
    title: { text: engine, fontSize: 12, anchor: 'start', offset: 6 },
    width: 400,
    height: 360,
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 1.2, opacity: 0.55 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color, detail },
      },
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color, strokeDash, detail } },
      { mark: { type: 'point', size: 22, filled: true, opacity: 1 }, encoding: { x, y, color, detail } },
    ],
  };
}

const distinct = <T>(names: readonly T[]): T[] => [...new Set(names)];

/** Solid, dashed, dotted … by belief. */
const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2.5],
  [8, 3, 2, 3],
  [1, 5],
];

/** Share of the axis over which the intervals of one load are spread, so that they do not cover each other. */
const DODGE = 0.02;

type Dodged = LatencyPoint & { readonly x: number };

function dodged(points: readonly LatencyPoint[]): Dodged[] {
  const loads = points.map(({ load }) => load);
  const width = DODGE * (Math.max(...loads) - Math.min(...loads));
  const labels = distinct(points.map(({ label }) => label));
  return points.map((point) => ({
    ...point,
    x: point.load + (labels.length > 1 ? (labels.indexOf(point.label) / (labels.length - 1) - 0.5) * width : 0),
  }));
}

/** 1, 2 and 5 times powers of ten that lie in the picture. */
function ticks(points: readonly LatencyPoint[]): number[] {
  const low = Math.min(...points.map((point) => Math.min(point.value, point.low || Infinity)));
  const high = Math.max(...points.map((point) => Math.max(point.value, point.high || 0)));
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const digit of high / low < 20 ? [1, 1.5, 2, 3, 4, 5, 7] : [1, 2, 5]) {
      const value = Number((digit * 10 ** power).toPrecision(3));
      if (value >= low && value <= high) values.push(value);
    }
  }
  return values;
}
