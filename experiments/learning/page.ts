/** The judgement of a task as tables: for a terminal, and as a page. */
import { bold, figure, markdownTable, percentage, plain, type Stress, type Table, textTable } from '../report/table.js';
import type { GammaStudy } from './gamma.js';
import { chosenTable, gammaMarkdown, gammaVerdicts } from './gamma-page.js';
import type { GroupAt, Judged, Judgement, Measure } from './judge.js';
import { rungs } from './players.js';

interface Page {
  readonly task: string;
  readonly question: string;
  readonly judgement: Judgement;
  /** What holds for all tables, a sentence each. */
  readonly facts: readonly string[];
  /** The picture of how training went. */
  readonly curves?: string;
  /** γ by load, and the names of the trainings. */
  readonly gamma?: { readonly study: GammaStudy; readonly groups: readonly string[]; readonly picture?: string };
}

const TITLES: Readonly<Record<Measure, string>> = {
  cost: '−return',
  jct: 'JCT mean',
  p99: 'JCT p99',
  longestWait: 'longest without a token',
};

export function learningText({ task, judgement, facts, gamma }: Page, files: readonly string[]): string {
  const parts = [
    `${task}\n${facts.map((fact) => `${fact}\n`).join('')}`,
    textTable(rungTable(judgement, plain)),
    `${verdicts(judgement).join('\n')}\n`,
    ...(judgement.groups.length > 0 ? [textTable(placeTable(judgement, plain))] : []),
    ...(judgement.heads.length > 0 ? [textTable(headTable(judgement, plain))] : []),
    ...(gamma
      ? [textTable(chosenTable(gamma.study, plain)), `${gammaVerdicts(gamma.study, gamma.groups).join('\n')}\n`]
      : []),
    `Written:\n${files.map((file) => `  ${file}\n`).join('')}`,
  ];
  return parts.join('\n');
}

/** @param commands that make policies and page again */
export function learningMarkdown(
  { task, question, judgement, facts, curves, gamma }: Page,
  commands: readonly string[],
): string {
  const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join('');
  const parts = [
    `# ${task}: what was learned\n\n${question}\n\n${bullets(facts)}\n${bullets(verdicts(judgement))}`,
    `## The rungs\n\n${markdownTable(rungTable(judgement, bold))}`,
    ...(judgement.groups.length > 0
      ? [
          `## The setting, and shifted families\n\nMedian training seed against ${judgement.base}; intervals over training seeds × workload seeds.\n\n${markdownTable(placeTable(judgement, bold))}`,
        ]
      : []),
    ...(curves
      ? [
          `## Training\n\nWhat validation said as training went on, one line a training seed; the best look is what came out.\n\n![Training](${curves})`,
        ]
      : []),
    ...(judgement.heads.length > 0
      ? [
          `## What each decision is worth\n\nWhat is lost when a head of the policy stays at 0, as a share of the cost of ${judgement.base}: above 0, it is worth something.\n\n${markdownTable(headTable(judgement, bold))}`,
        ]
      : []),
    ...(gamma ? [gammaMarkdown(gamma.study, { base: judgement.base, picture: undefined, ...gamma }, bold)] : []),
    `## Again\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
  ];
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

const columnOf = (measure: Measure) => ({ title: TITLES[measure] });

function rungTable({ base, rows }: Judgement, stress: Stress): Table {
  const compared: readonly Measure[] = ['cost', 'p99', 'longestWait'];
  const ordered = rungs.flatMap((rung) => rows.filter((row) => row.rung === rung));
  return {
    columns: [
      { title: 'rung', align: 'left' },
      { title: 'policy', align: 'left' },
      { title: '−return' },
      ...compared.map((measure) => ({ title: `${TITLES[measure]}, to ${base}` })),
      { title: 'JCT mean, s' },
      { title: 'unserved' },
    ],
    rows: ordered.map(({ rung, label, cost, to, mean, unserved }: Judged) => [
      rung,
      label,
      figure(cost.value),
      ...compared.map((measure) => (to === null ? '–' : stress(percentage(to[measure]), to[measure]))),
      figure(mean.jct),
      figure(unserved),
    ]),
  };
}

function placeTable({ groups }: Judgement, stress: Stress): Table {
  const rivals = groups.some(({ toRival }) => toRival !== null);
  const compared: readonly Measure[] = ['cost', 'jct', 'p99', 'longestWait'];
  return {
    columns: [
      { title: 'where', align: 'left' },
      { title: 'trained by', align: 'left' },
      ...compared.map(columnOf),
      { title: 'better for itself' },
      ...(rivals ? [{ title: '−return, to the best rival there' }] : []),
    ],
    rows: groups.map(({ place, group, to, better, of, toRival }: GroupAt) => [
      place,
      group,
      ...compared.map((measure) => stress(percentage(to[measure]), to[measure])),
      `${better} of ${of}`,
      ...(toRival ? [`${stress(percentage(toRival.cost), toRival.cost)} (${toRival.rival})`] : []),
    ]),
  };
}

function headTable({ heads }: Judgement, stress: Stress): Table {
  return {
    columns: [{ title: 'trained by', align: 'left' }, { title: 'head', align: 'left' }, { title: 'lost without it' }],
    rows: heads.map(({ group, head, worth }) => [group, head, stress(percentage(worth), worth)]),
  };
}

/** A sentence a group: whether it is better, and what that is of what knowing the lengths would give. */
function verdicts({ base, rows, groups, everywhere }: Judgement): string[] {
  const [home] = groups;
  const known = rows.find(({ rung }) => rung === 'clairvoyant')?.to?.cost;
  const atHome = groups
    .filter(({ place }) => place === home.place)
    .map(({ group, of, to: { cost, p99 } }) => {
      const seeds = `${of} training seed${of > 1 ? 's' : ''}`;
      const median = `${group}: ${percentage(cost)} to ${base} (median of ${seeds}), p99 ${percentage(p99)}`;
      if (cost.low > 0) return `${median}: worse.`;
      if (!(cost.high < 0)) return `${median}: not shown to be better.`;
      const share =
        known && known.high < 0
          ? `, ${figure((100 * cost.value) / known.value, 0)} % of what known lengths give it`
          : '';
      const worst = groups.filter((at) => at.group === group).sort((a, b) => b.to.cost.value - a.to.cost.value)[0];
      return `${median}: better${share}; worst in "${worst.place}": ${percentage(worst.to.cost)}.`;
    });
  const toRivals = everywhere.map(({ group, rival, cost }) => {
    const there = groups.flatMap((at) =>
      at.group === group && at.toRival ? [{ place: at.place, ...at.toRival }] : [],
    );
    const worst = there.sort((a, b) => b.cost.value - a.cost.value)[0];
    return `${group}: in all places together ${percentage(cost)} to ${rival}, the best single rival; to the best of each place at worst ${percentage(worst.cost)} (${worst.place}).`;
  });
  return [...atHome, ...toRivals];
}
