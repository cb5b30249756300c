/** What was believed against what came, a line for each belief. */
import { type BeliefError, meanError } from '../belief-error.js';
import type { Episode } from '../paired.js';
import { figure, markdownTable, type Table, textTable } from './table.js';

export interface BeliefRow extends BeliefError {
  readonly belief: string;
}

/** Means over all episodes in which it was asked, in the order of the episodes. */
export function beliefRows(episodes: readonly Pick<Episode, 'belief' | 'error'>[]): BeliefRow[] {
  const errors = new Map<string, BeliefError[]>();
  for (const { belief, error } of episodes) if (error) errors.set(belief, [...(errors.get(belief) ?? []), error]);
  return [...errors].map(([belief, all]) => ({ belief, ...meanError(all) }));
}

const TITLE = 'Beliefs at arrival against what came, of those who finished';

/** '' if nobody believed anything. */
export const beliefsText = (rows: readonly BeliefRow[]): string =>
  rows.length === 0 ? '' : `${TITLE}\n\n${textTable(table(rows))}`;

export const beliefsMarkdown = (rows: readonly BeliefRow[]): string =>
  rows.length === 0 ? '' : `## ${TITLE}\n\n${markdownTable(table(rows))}`;

function table(rows: readonly BeliefRow[]): Table {
  const drafted = rows.some(({ acceptance }) => acceptance !== undefined);
  return {
    columns: [
      { title: 'belief', align: 'left' },
      { title: 'length MAE, tokens' },
      { title: 'RMSE of ln length' },
      { title: 'Spearman' },
      { title: 'share below its quantiles' },
      ...(drafted ? [{ title: 'acceptance MAE after 16 verifications' }] : []),
    ],
    rows: rows.map(({ belief, length, acceptance }) => [
      belief,
      figure(length.mae),
      figure(length.rmseLog),
      figure(length.spearman),
      length.coverage.length === 0
        ? '–'
        : length.coverage.map(({ level, share }) => `${level}: ${share.toFixed(2)}`).join(', '),
      ...(drafted ? [figure(acceptance?.mae ?? Number.NaN)] : []),
    ]),
  };
}
