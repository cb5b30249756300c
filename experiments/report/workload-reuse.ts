/** How much of the prompts was there before. */
import type { TopLevelSpec } from 'vega-lite';
import type { Piece } from '../inspect/inspection.js';
import { coarse } from './pieces.js';
import { PALETTE } from './render.js';

const [INK, , , GREEN] = PALETTE;
const WIDTH = 620;

/** Share of prompt tokens found, piece by piece. */
export function prefixReuse(
  title: string,
  mean: number,
  pieces: readonly Piece[],
  axis: string,
  scale: number,
): TopLevelSpec {
  const values = coarse(pieces)
    .filter(({ promptTokens }) => promptTokens > 0)
    .map(({ from, to, hitTokens, promptTokens }) => ({
      from: from / scale,
      to: to / scale,
      share: hitTokens / promptTokens,
    }));
  const y = {
    field: 'share',
    type: 'quantitative',
    title: 'share of prompt tokens found',
    scale: { domain: [0, 1] },
    axis: { format: '.0%' },
  };
  return {
    title: {
      text: 'Prefix reuse',
      subtitle: [title, `a cache that forgets nothing; dashed: ${(100 * mean).toFixed(1)} % of all prompt tokens`],
    },
    width: WIDTH,
    height: 260,
    layer: [
      {
        data: { values },
        mark: { type: 'rect', color: GREEN, opacity: 0.75 },
        encoding: {
          x: { field: 'from', type: 'quantitative', title: axis, scale: { nice: false }, axis: { grid: false } },
          x2: { field: 'to' },
          y,
          y2: { datum: 0 },
        },
      },
      {
        data: { values: [{ share: mean }] },
        mark: { type: 'rule', color: INK, strokeDash: [5, 3] },
        encoding: { y },
      },
    ],
  } as TopLevelSpec;
}
