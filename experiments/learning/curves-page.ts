/** Trainings of any tasks as a table: what each took, how validation went, and what it is worth on seeds that chose nothing. */
import type { PolicyFile } from '../../agents/policy-file.js';
import { bold, figure, markdownTable, percentage, plain, type Stress, type Table, textTable } from '../report/table.js';
import type { Curve } from './curves.js';
import { type Group, trainingsOf } from './players.js';

/** Estimates are shares of the cost of the base that the training began with. */
export interface Training {
  readonly task: string;
  readonly group: string;
  readonly label: string;
  readonly unit: Curve['unit'];
  readonly looks: number;
  /** What was spent until the best look at validation, and until the last. */
  readonly bestAt: number;
  readonly spent: number;
  readonly validation: number;
  /** On seeds that chose nothing, with a 95 % interval. */
  readonly fresh: { readonly value: number; readonly low: number; readonly high: number };
  readonly freshSeeds: number;
  readonly p99: number;
}

/** Task after task. @throws Error naming the training whose log is not beside it */
export function trainingsIn(groups: readonly Group[], curves: readonly Curve[]): Training[] {
  const all = groups.flatMap(({ policies }) => policies);
  const tasks = [...new Set(all.map(({ file }) => file.about.task))];
  const ordered = tasks.flatMap((task) => all.filter(({ file }) => file.about.task === task));
  return ordered.map(({ label, folder, file }) => {
    const curve = curves.find((each) => each.label === label);
    if (curve === undefined) throw new Error(`${folder}: no log with looks at validation beside the policy`);
    const { task, group, unit, points } = curve;
    const best = points.reduce((low, point) => (point.validation < low.validation ? point : low));
    const spent = points[points.length - 1].at;
    const { validation, at: bestAt } = best;
    return { task, group, label, unit, looks: points.length, bestAt, spent, validation, ...judged(file) };
  });
}

/** See `measuredOf`. */
function judged({ card: { measured } }: PolicyFile): Pick<Training, 'fresh' | 'freshSeeds' | 'p99'> {
  return {
    fresh: {
      value: measured['cost to the base, share'],
      low: measured['at least'],
      high: measured['at most'],
    },
    freshSeeds: measured['validation seeds'],
    p99: measured['p99 JCT to the base, share'],
  };
}

function tableOf(trainings: readonly Training[], stress: Stress): Table {
  return {
    columns: [
      { title: 'task', align: 'left' },
      { title: 'training', align: 'left' },
      { title: 'spent' },
      { title: 'best look' },
      { title: 'looks' },
      { title: 'validation then' },
      { title: 'fresh seeds' },
      { title: '−return there' },
      { title: 'JCT p99 there' },
    ],
    rows: trainings.map(({ task, label, unit, looks, bestAt, spent, validation, fresh, freshSeeds, p99 }) => [
      task,
      label,
      `${figure(spent)} ${unit}`,
      figure(bestAt),
      String(looks),
      percentage({ value: validation }),
      String(freshSeeds),
      stress(percentage(fresh), fresh),
      percentage({ value: p99 }),
    ]),
  };
}

export const curvesText = (trainings: readonly Training[], files: readonly string[]): string =>
  `${textTable(tableOf(trainings, plain))}\nEverything is to the base of the training. Written:\n${files.map((file) => `  ${file}\n`).join('')}`;

/** @param command that makes the page again */
export function curvesMarkdown(
  trainings: readonly Training[],
  groups: readonly Group[],
  picture: string,
  command: string,
): string {
  return [
    '# Learning curves',
    'Each line is one training. What came out is the best look at validation; it is judged on as many fresh validation seeds, that is, on requests from the family of the setting. Everything is to the base of the training, with 95 % intervals.',
    `![Learning curves](${picture})`,
    markdownTable(tableOf(trainings, bold)).trimEnd(),
    `## Again\n\n\`\`\`sh\n${[...groups.flatMap(trainingsOf), command].join('\n')}\n\`\`\``,
  ]
    .join('\n\n')
    .concat('\n');
}
