/** What came of the claims, as one page of Markdown and as a table for a terminal. */
import { markdownTable, type Table } from '../report/table.js';
import type { Figure } from './paper.js';
import type { Outcome } from './run.js';
import { judge, shownExpected, shownInterval } from './verdict.js';

/** An outcome with the picture that was drawn of it, relative to the page. */
export interface Shown extends Outcome {
  readonly picture?: string;
}

/** All claims in one table. */
export function verdictTable(outcomes: readonly Outcome[], name: (outcome: Outcome) => string): Table {
  return {
    columns: [
      { title: 'claim', align: 'left' },
      { title: 'about', align: 'left' },
      { title: 'verdict', align: 'left' },
      { title: 'figures that agree' },
      { title: 'seeds' },
    ],
    rows: outcomes.map((outcome) => {
      const judged = (outcome.findings?.figures ?? []).filter(({ expected }) => expected !== null);
      const agreeing = judged.filter((figure) => judge(figure) === 'agrees').length;
      return [
        name(outcome),
        outcome.paper.title,
        outcome.verdict,
        outcome.findings ? `${agreeing} of ${judged.length}` : '–',
        String(outcome.seeds),
      ];
    }),
  };
}

/** The page: the verdicts, then claim by claim what was expected and what is seen. */
export function paperPage(outcomes: readonly Shown[], facts: readonly string[]): string {
  const verdicts = verdictTable(outcomes, ({ name }) => `[${name}](#${name})`);
  return ['# Published claims, tried here\n', bullets(facts), markdownTable(verdicts), ...outcomes.map(section)].join(
    '\n',
  );
}

function section({ name, paper, sentence, findings, picture }: Shown): string {
  const { title, claim, source, setting } = paper;
  return [
    `## ${name}\n`,
    `**${title}.** ${claim}\n`,
    `*Source:* ${source}\n`,
    `*Here:* ${setting}\n`,
    `**Verdict:** ${sentence}\n`,
    ...(findings ? [markdownTable(figureTable(findings.figures))] : []),
    ...(findings?.notes?.length ? [bullets(findings.notes)] : []),
    ...(picture === undefined ? [] : [`![${title}: expected and measured](${picture})\n`]),
  ].join('\n');
}

function figureTable(figures: readonly Figure[]): Table {
  return {
    columns: [
      { title: 'figure', align: 'left' },
      { title: 'expected' },
      { title: 'measured [95 %]' },
      { title: 'judged', align: 'left' },
    ],
    rows: figures.map((figure) => [
      figure.what,
      shownExpected(figure.expected, figure.unit),
      shownInterval(figure),
      judge(figure) ?? 'shown',
    ]),
  };
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join('');
