/** The study of output lengths as a page of Markdown. */

import type { Interval } from '../bootstrap.js';
import { decimals, markdownTable, type Table } from '../report/table.js';
import { ceilings } from './ceilings.js';
import { PROMISES } from './coverage.js';
import { scoreTable } from './score-table.js';
import type { Study } from './study.js';

/**
 * @param studies one a split; the first has all learners
 * @param pictured whether `calibration.svg` lies beside it
 */
export function studyPage(studies: readonly Study[], set: string, pictured: boolean): string {
  const [study] = studies;
  const { rows, bounds, shuffled, examples, prompts, models, sources } = study;
  const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
  return [
    '# Predictors of output length',
    `Judged on ${examples.heldOut} answers of ${set}: ${prompts} prompts × ${models} models, of which nobody saw any in training (${examples.train} answers; ${examples.validation} more decided when to stop). Intervals are 95 % bootstrap over prompts.`,
    bullets(sources),
    '## Prompts and models never seen',
    'Every request comes with the mean and spread of what its model answered to prompts of training: that is the baseline "mean per model", and what a server knows after a day.',
    markdownTable(scoreTable(rows)),
    bullets(ceilings()),
    ...(pictured ? ['![Calibration of every model](calibration.svg)'] : []),
    '## Against the mean per model',
    markdownTable(betterTable(study)),
    ...(studies.length > 1 ? ['Other splits by prompt and by model:', markdownTable(splitsTable(studies))] : []),
    ...(study.curve.length > 0
      ? ['The first model with fewer prompts to learn from (of all sets together):', markdownTable(curveTable(study))]
      : []),
    `Trained on shuffled labels: R² of log tokens ${interval(shuffled)}.`,
    '## Prompts never seen, of models that were',
    markdownTable(scoreTable(rows.map(({ name, seenModels }) => ({ name, scores: seenModels })))),
    '## Upper bounds with a promised probability',
    'Split-conformal margins on the residuals of the first model: share of answers within the bound, by promise.',
    markdownTable({
      columns: [
        { title: 'calibrated on other prompts of seen models, bounded:', align: 'left' },
        ...PROMISES.map((promise) => ({ title: `${100 * promise} %` })),
      ],
      rows: bounds.map(({ where, kept }) => [where, ...kept.map((share) => `${(100 * share).toFixed(1)}`)]),
    }),
  ].join('\n\n');
}

const interval = ({ value, low, high }: Interval): string =>
  Number.isNaN(value) ? '–' : `${decimals(value, 3)} [${decimals(low, 3)}, ${decimals(high, 3)}]`;

function curveTable({ curve }: Study): Table {
  return {
    columns: [{ title: 'prompts' }, { title: 'R² log' }, { title: 'Spearman within a model' }],
    rows: curve.map(({ prompts, r2Log, within }) => [String(prompts), interval(r2Log), interval(within)]),
  };
}

function splitsTable(studies: readonly Study[]): Table {
  return {
    columns: [
      { title: 'split', align: 'left' },
      { title: 'model', align: 'left' },
      { title: 'R² log, more' },
      { title: 'Spearman, more' },
      { title: 'Spearman within a model' },
    ],
    rows: studies.flatMap(({ rows }, k) =>
      rows.flatMap(({ name, better, within }) =>
        better === null || !studies[1].kinds.includes(name)
          ? []
          : [[String(k + 1), name, interval(better.r2Log), interval(better.spearman), interval(within)]],
      ),
    ),
  };
}

function betterTable({ rows }: Study): Table {
  return {
    columns: [
      { title: 'model', align: 'left' },
      { title: 'R² log, more' },
      { title: 'Spearman, more' },
      { title: 'Spearman within a model' },
    ],
    rows: rows.flatMap(({ name, better, within }) =>
      better === null ? [] : [[name, interval(better.r2Log), interval(better.spearman), interval(within)]],
    ),
  };
}
