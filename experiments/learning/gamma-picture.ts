/** γ by load: what policies and rules choose in the mean, beside the best fixed one. */
import type { TopLevelSpec } from 'vega-lite';
import { PALETTE } from '../report/render.js';
import type { GammaStudy } from './gamma.js';

const BEST = 'best fixed γ';

export function gammaPicture({ loads }: GammaStudy, title: string, subtitle: readonly string[]): TopLevelSpec {
  const values = loads.flatMap(({ load, best, rows }) => [
    { load, policy: BEST, gamma: best },
    ...rows.map(({ label, gamma }) => ({ load, policy: label, gamma })),
  ]);
  const labels = [...new Set(values.map(({ policy }) => policy))];
  const color = {
    field: 'policy',
    type: 'nominal',
    title: null,
    sort: labels,
    scale: { domain: labels, range: PALETTE.slice(0, labels.length) },
    legend: { labelLimit: 320 },
  } as const;
  const encoding = {
    x: { field: 'load', type: 'quantitative', title: 'load, share of capacity', scale: { zero: true } },
    y: { field: 'gamma', type: 'quantitative', title: 'γ, mean over who decodes', scale: { zero: true } },
    color,
  } as const;
  return {
    title: { text: title, subtitle: [...subtitle] },
    width: 480,
    height: 280,
    data: { values },
    layer: [
      {
        transform: [{ filter: `datum.policy === '${BEST}'` }],
        mark: { type: 'line', strokeWidth: 2, strokeDash: [6, 3] },
        encoding,
      },
      {
        transform: [{ filter: `datum.policy !== '${BEST}'` }],
        mark: { type: 'line', strokeWidth: 1.5, opacity: 0.7 },
        encoding,
      },
      { mark: { type: 'point', filled: true, size: 44, opacity: 1 }, encoding },
    ],
  } as TopLevelSpec;
}
