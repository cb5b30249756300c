/** How the objective is kept as the rate grows: a curve per scheduler and belief, a panel per engine. */
import type { TopLevelSpec } from 'vega-lite';
import { labelOf } from '../paired.js';
import { PALETTE } from '../report/render.js';
import type { Objective } from './objective.js';
import type { Probe } from './probes.js';

export function sloPicture(
  probes: readonly Probe[],
  { share, limits }: Pick<Objective, 'share' | 'limits'>,
  subtitle: readonly string[],
): TopLevelSpec {
  const attained = limits.length === 0;
  const curves = curvesOf(probes, (probe) => (attained ? (probe.attainment ?? 0) : worst(probe, share)));
  const labels = [...new Set(curves.map(({ label }) => label))];
  const color = {
    field: 'label',
    type: 'nominal',
    title: 'scheduler',
    scale: { domain: labels, range: PALETTE },
    legend: { symbolType: 'stroke', symbolOpacity: 1, symbolSize: 300 },
  } as const;
  const panels = [...new Set(curves.map(({ engine }) => engine))].map((engine, k) => ({
    title: { text: engine, fontSize: 12, anchor: 'start', offset: 6 },
    width: 420,
    height: 320,
    layer: [
      {
        data: { values: [{ level: attained ? share : 1 }] },
        mark: { type: 'rule', color: '#999999', strokeDash: [4, 3] },
        encoding: { y: { field: 'level', type: 'quantitative' } },
      },
      ...(['line', 'point'] as const).map((mark) => ({
        data: { values: curves.filter((point) => point.engine === engine) },
        mark: mark === 'line' ? { type: mark, strokeWidth: 2 } : { type: mark, size: 22, filled: true, opacity: 1 },
        encoding: {
          x: {
            field: 'rate',
            type: 'quantitative',
            title: 'arrivals, requests/s',
            scale: { zero: false, nice: false, padding: 12 },
            axis: { grid: false },
          },
          y: {
            field: 'value',
            type: 'quantitative',
            title:
              k > 0 ? null : attained ? 'requests that got what they were promised' : 'measured ÷ limit (log scale)',
            scale: attained ? { domain: [0, 1] } : { type: 'log', nice: false, padding: 10 },
            axis: { format: attained ? '.0%' : '~r' },
          },
          color,
        },
      })),
    ],
  }));
  return {
    title: {
      text: attained ? 'SLO attainment against the rate of arrivals' : 'Use of the SLO against the rate of arrivals',
      subtitle: [
        ...subtitle,
        `dashed: ${attained ? 'the share that is asked for' : 'the limit; of several, the one nearest to it or furthest above'}; median over seeds`,
      ],
    },
    spacing: 36,
    hconcat: panels,
  } as TopLevelSpec;
}

interface Point {
  readonly engine: string;
  readonly label: string;
  readonly rate: number;
  readonly value: number;
}

/** Medians over seeds at the steps at which every seed was probed. */
function curvesOf(probes: readonly Probe[], figureOf: (probe: Probe) => number): Point[] {
  const seeds = new Set(probes.map(({ seed }) => seed)).size;
  const groups = new Map<string, Probe[]>();
  for (const probe of probes) {
    const name = [probe.engine, labelOf(probe), probe.step].join(' / ');
    groups.set(name, [...(groups.get(name) ?? []), probe]);
  }
  return [...groups.values()]
    .filter((group) => group.length === seeds)
    .map((group) => ({
      engine: group[0].engine,
      label: labelOf(group[0]),
      rate: group[0].rate,
      value: median(group.map(figureOf)),
    }))
    .filter(({ value }) => Number.isFinite(value));
}

/** Of all limits the one nearest to being broken, or broken most; the share of requests counts as one. */
function worst({ use, attainment }: Probe, share: number): number {
  const limits = use.map((value) => value ?? Number.POSITIVE_INFINITY);
  if (attainment !== null && share < 1) limits.push((1 - attainment) / (1 - share));
  return Math.max(LEAST, ...limits);
}

/** What a logarithmic axis shows for nothing at all. */
const LEAST = 1e-3;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
