/** A training in words: what came of it, and what to do with it. */
import { figure, percentage, textTable } from '../report/table.js';
import { type EvaluationRow, isBetter } from './evaluate.js';
import type { SeedResult } from './seeds.js';
import type { Stage } from './stage.js';

/** Everything that `trainText` speaks of. */
export interface TrainReport {
  readonly agent: string;
  readonly stage: Stage;
  readonly seeds: readonly SeedResult[];
  /** Which of the seeds was chosen. */
  readonly chosen: SeedResult;
  /** Policies in the order of seeds, then the others. */
  readonly rows: readonly EvaluationRow[];
  readonly validationSeeds: number;
  readonly files: readonly string[];
  /** The command to try next. */
  readonly next: string;
}

export function trainText(report: TrainReport): string {
  const { agent, stage, seeds, chosen, rows, validationSeeds, files, next } = report;
  const { facts, base } = stage;
  const { log, episodes, chosenAt, ended } = chosen.trained;
  const table = textTable({
    columns: [
      { title: `${facts.task}, ${validationSeeds} fresh validation seeds`, align: 'left' },
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
  const steps = log.at(-1)?.steps;
  const spent = `${log.length} iterations, ${steps === undefined ? '' : `${steps} steps, `}${episodes} episodes`;
  const looks = log.filter(({ validation }) => validation !== null).length;
  const verdict = isBetter(rows[seeds.indexOf(chosen)])
    ? `Better than ${base}: the interval lies below 0.`
    : `Not shown to be better than ${base}: the interval on fresh seeds does not lie below 0. Do not ship it.`;
  return [
    ...(seeds.length > 1 ? [seedTable(report), '\n'] : []),
    `${agent} on ${facts.task}${seeds.length > 1 ? `, seed ${chosen.seed}` : ''}: ${spent}; ended: ${ENDED[ended]}.\n`,
    `Chosen by ${looks} looks at other validation seeds, where it was ${percentage(chosenAt)}: the best of many looks is optimistic.\n\n`,
    `${table}\n${verdict}\n\nWritten:\n${files.map((file) => `  ${file}\n`).join('')}\n`,
    `Try next:\n  npx ${next}\n      on test seeds\n`,
  ].join('');
}

const ENDED = { budget: 'the budget is spent', 'no gain': 'validation stood still' } as const;

const seedTable = ({ seeds, chosen, rows, stage: { base } }: TrainReport): string =>
  textTable({
    columns: [
      { title: 'training seed', align: 'left' },
      { title: 'episodes' },
      { title: `chosen at, to ${base}` },
      { title: 'on fresh seeds' },
      { title: '', align: 'left' },
    ],
    rows: seeds.map((each, k) => [
      `${each.seed}`,
      figure(each.trained.episodes),
      percentage(each.trained.chosenAt),
      percentage(rows[k].difference as NonNullable<EvaluationRow['difference']>),
      each === chosen ? 'chosen' : '',
    ]),
  });
