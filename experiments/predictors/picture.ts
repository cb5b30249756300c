/** How often answers are as short as models say, level by level. */
import type { TopLevelSpec } from 'vega-lite';
import { LEVELS } from '../../predictors/length/model.js';
import { PALETTE } from '../report/render.js';
import type { Study } from './study.js';

export function calibrationPicture({ rows: all, kinds }: Study, set: string): TopLevelSpec {
  const rows = all.filter(({ name }) => kinds.includes(name)); // baselines apart: nine lines can be told apart
  const values = rows.flatMap(({ name, scores }) =>
    LEVELS.map((level, k) => ({ name, level, share: scores.coverage[k] })),
  );
  const axis = (field: string, title: string) =>
    ({ field, type: 'quantitative', title, scale: { domain: [0, 1] as number[] }, axis: { format: '.0%' } }) as const;
  return {
    title: {
      text: 'Do they know how sure they are?',
      subtitle: [`${set}: prompts and models never seen; the diagonal is right`],
    },
    width: 420,
    height: 360,
    layer: [
      {
        data: {
          values: [
            { level: 0, share: 0 },
            { level: 1, share: 1 },
          ],
        },
        mark: { type: 'line', color: '#999999', strokeDash: [4, 4] },
        encoding: { x: axis('level', 'believed share of answers at most as long'), y: axis('share', 'share that was') },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1.8 },
        encoding: {
          x: axis('level', 'believed share of answers at most as long'),
          y: axis('share', 'share that was'),
          color: {
            field: 'name',
            type: 'nominal',
            title: null,
            sort: rows.map(({ name }) => name),
            scale: { range: PALETTE },
          },
        },
      },
    ],
  } as TopLevelSpec;
}
