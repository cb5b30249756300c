/** Scores of models of output length, a line a model. */
import { decimals, figure, type Table } from '../report/table.js';
import type { Scores } from './scores.js';

export interface ScoredModel {
  readonly name: string;
  readonly scores: Scores;
  /** Wall-clock µs of a prediction, features included. */
  readonly micros?: number | null;
}

const share = (value: number): string => (Number.isNaN(value) ? '–' : decimals(value, 3));

export function scoreTable(models: readonly ScoredModel[]): Table {
  const timed = models.some(({ micros }) => typeof micros === 'number');
  return {
    columns: [
      { title: 'model', align: 'left' },
      { title: 'answers' },
      { title: 'MAE, tokens' },
      { title: 'RMSE log' },
      { title: 'R² log' },
      { title: 'Spearman' },
      { title: 'within a model' },
      { title: 'Kendall τ-b' },
      { title: 'pinball' },
      { title: 'in 10–90 %' },
      { title: 'ECE' },
      ...(timed ? [{ title: 'µs' }] : []),
    ],
    rows: models.map(({ name, scores, micros }) => [
      name,
      String(scores.answers),
      figure(scores.mae),
      share(scores.rmseLog),
      share(scores.r2Log),
      share(scores.spearman),
      share(scores.spearmanWithin),
      share(scores.kendall),
      figure(scores.pinball),
      `${(100 * (scores.coverage[17] - scores.coverage[1])).toFixed(1)} %`,
      share(scores.ece),
      ...(timed ? [micros === undefined || micros === null ? '–' : figure(micros)] : []),
    ]),
  };
}
