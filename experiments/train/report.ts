/** A training in words: what came of it, and what to do with it. */
import { figure, percentage, textTable } from '../report/table.js';
import { type EvaluationRow, isBetter } from './evaluate.js';
import type { Stage } from './stage.js';
import type { GenerationRow, Trained } from './training.js';

const COLUMNS = ['generation', 'episodes', 'mean', 'least', 'validation'] as const satisfies (keyof GenerationRow)[];

/** The log as CSV; empty where nobody looked. */
export const logCsv = (log: readonly GenerationRow[]): string =>
  [COLUMNS.join(','), ...log.map((row) => COLUMNS.map((name) => row[name] ?? '').join(','))].join('\n').concat('\n');

/** What a generation says in the progress line. */
export const generationText = ({ generation, mean }: GenerationRow, validation: number | null): string =>
  `generation ${generation}, training ${share(mean)}, validation ${validation === null ? '–' : share(validation)}`;

const share = (value: number): string => percentage({ value, low: Number.NaN, high: Number.NaN });

export function trainText(
  agent: string,
  { facts, base }: Stage,
  { log, episodes, chosenAt, ended }: Trained,
  rows: readonly EvaluationRow[],
  seeds: number,
  files: readonly string[],
  next: string,
): string {
  const table = textTable({
    columns: [
      { title: `${facts.task}, ${seeds} fresh validation seeds`, align: 'left' },
      { title: `−return (${facts.reward})` },
      { title: `to ${base}` },
      { title: 'JCT mean, s' },
      { title: 'JCT p99, s' },
      { title: 'longest without a token, s' },
      { title: 'unserved' },
    ],
    rows: rows.map((row) => [
      row.name,
      figure(row.cost.value),
      row.difference === null ? '–' : percentage(row.difference),
      figure(row.jct),
      figure(row.p99),
      figure(row.longestWait),
      figure(row.unserved),
    ]),
  });
  const why = ended === 'budget' ? 'the budget is spent' : 'validation stood still';
  const looks = log.filter(({ validation }) => validation !== null).length;
  const verdict = isBetter(rows)
    ? `Better than ${base}: the interval lies below 0.`
    : `Not shown to be better than ${base}: the interval on fresh seeds holds 0. Do not ship it.`;
  return [
    `${agent} on ${facts.task}: ${log.length} generations, ${episodes} episodes; ended: ${why}.\n`,
    `Chosen by ${looks} looks at other validation seeds, where it was ${percentage(chosenAt)}: the best of many looks is optimistic.\n\n`,
    `${table}\n${verdict}\n\nWritten:\n${files.map((file) => `  ${file}\n`).join('')}\n`,
    `Try next:\n  npx ${next}\n      on test seeds\n`,
  ].join('');
}
