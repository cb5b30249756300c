/** One episode as a picture: who waits, computes its prompt, decodes or is paused when; below it the KV pool and the queue. */
import type { TopLevelSpec } from 'vega-lite';

type SpanKind = 'wait' | 'prefill' | 'decode' | 'paused';

export interface GanttPanel {
  readonly label: string;
  /** One bar each; `row` counts requests in order of arrival; seconds. */
  readonly spans: readonly {
    readonly row: number;
    readonly kind: SpanKind;
    readonly from: number;
    readonly to: number;
  }[];
  /** Share of KV blocks in use and requests waiting, at times in seconds. */
  readonly pool: readonly { readonly at: number; readonly used: number; readonly waiting: number }[];
}

/** Light for waiting, strong for work: Okabe and Ito's colours. */
const COLOURS: Readonly<Record<SpanKind, string>> = {
  wait: '#D9D9D9',
  prefill: '#E69F00',
  decode: '#0072B2',
  paused: '#CC79A7',
};
const NAMES: Readonly<Record<SpanKind, string>> = {
  wait: 'waiting',
  prefill: 'prefill',
  decode: 'decode',
  paused: 'paused',
};

export function gantt(panels: readonly GanttPanel[], title: string, subtitle: readonly string[]): TopLevelSpec {
  const ends = panels.flatMap(({ spans }) => spans.map(({ to }) => to));
  const starts = panels.flatMap(({ spans }) => spans.map(({ from }) => from));
  const domain = [Math.min(...starts), Math.max(...ends)];
  const rows = Math.max(...panels.flatMap(({ spans }) => spans.map(({ row }) => row))) + 1;
  const present = new Set(panels.flatMap(({ spans }) => spans.map(({ kind }) => kind)));
  const kinds = (Object.keys(COLOURS) as SpanKind[]).filter((kind) => present.has(kind));
  const waiting = Math.max(1, ...panels.flatMap(({ pool }) => pool.map((point) => point.waiting)));
  return {
    title: { text: title, subtitle: [...subtitle] },
    spacing: 24,
    hconcat: panels.map((panel, k) => column(panel, k === 0, { domain, rows, waiting, kinds })),
  } as TopLevelSpec;
}

const WIDTH = 440;

interface Frame {
  readonly domain: readonly number[];
  readonly rows: number;
  readonly waiting: number;
  readonly kinds: readonly SpanKind[];
}

/** Panels share all axes; only the first names them. */
function column(panel: GanttPanel, first: boolean, { domain, rows, waiting, kinds }: Frame): object {
  const time = (title: string | null) => ({
    type: 'quantitative',
    scale: { domain, nice: false },
    title,
    axis: { grid: false, labels: title !== null, ticks: title !== null },
  });
  const height = Math.max(160, Math.min(460, 7 * rows));
  const strip = (
    field: string,
    color: string,
    name: string,
    top: number,
    format: string,
    withTime: boolean,
  ): object => ({
    width: WIDTH,
    height: 74,
    data: { values: [...panel.pool] },
    mark: {
      type: 'area',
      interpolate: 'step-after',
      color,
      opacity: 0.35,
      line: { color, strokeWidth: 1.2 },
      clip: true,
    },
    encoding: {
      x: { field: 'at', ...time(withTime ? 'time, seconds' : null) },
      y: {
        field,
        type: 'quantitative',
        title: first ? name : null,
        scale: { domain: [0, top], nice: false },
        axis: { format, tickCount: 3, ...(field === 'waiting' && { tickMinStep: 1 }) },
      },
    },
  });
  return {
    spacing: 14,
    vconcat: [
      {
        title: { text: panel.label, fontSize: 12, anchor: 'start', offset: 6 },
        width: WIDTH,
        height,
        data: { values: panel.spans.map((span) => ({ ...span, next: span.row + 0.82, kind: NAMES[span.kind] })) },
        mark: { type: 'rect', clip: true },
        encoding: {
          x: { field: 'from', ...time(null) },
          x2: { field: 'to' },
          y: {
            field: 'row',
            type: 'quantitative',
            title: first ? 'requests in order of arrival' : null,
            scale: { domain: [0, rows], reverse: true, nice: false },
            axis: { grid: false, tickMinStep: 1 },
          },
          y2: { field: 'next' },
          color: {
            field: 'kind',
            type: 'nominal',
            title: null,
            scale: { domain: kinds.map((kind) => NAMES[kind]), range: kinds.map((kind) => COLOURS[kind]) },
            legend: { orient: 'right', symbolType: 'square' },
          },
        },
      },
      strip('used', '#009E73', 'KV in use', 1, '.0%', false),
      strip('waiting', '#D55E00', 'waiting', waiting, '~d', true),
    ],
  };
}
