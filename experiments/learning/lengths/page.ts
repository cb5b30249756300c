/** What lengths are worth, as tables: for a terminal, and as a page. */
import {
  bold,
  figure,
  markdownTable,
  percentage,
  plain,
  type Stress,
  type Table,
  textTable,
} from '../../report/table.js';
import type { ArmRow } from './share.js';
import type { TakenTurns } from './turns.js';

interface LengthPage {
  readonly title: string;
  /** Between the heuristic's beliefs and known lengths. */
  readonly arms: readonly ArmRow[];
  /** The heuristic on other predictors. */
  readonly controls: readonly ArmRow[];
  readonly turns: TakenTurns;
  /** What holds for all tables, a sentence each. */
  readonly facts: readonly string[];
}

const LEGEND: Readonly<Record<string, string>> = {
  noisy: 'the true length with a log-normal error, once at arrival: stands for a predictor that reads the prompt',
  refined: 'the same belief given only that the request is not finished yet: no information is added',
  trail:
    'a guess at arrival and looks while it decodes, with Gaussian errors of a stated mean absolute size; the defaults are those of the released predictors of TRAIL (DistilBERT on the prompt, a small network on a hidden layer, both on answers up to 512 tokens). A running engine can have this; here it is simulated from the truth, and free of cost',
};

/** A sentence for each predictor among these specs that needs one. */
export const legendOf = (specs: readonly string[]): string[] =>
  Object.entries(LEGEND)
    .filter(([name]) => specs.some((spec) => spec.startsWith(name)))
    .map(([name, words]) => `${name}: ${words}`);

export const lengthText = ({ title, arms, controls, turns, facts }: LengthPage, files: readonly string[]): string =>
  [
    `${title}\n${facts.map((fact) => `${fact}\n`).join('')}`,
    textTable(armTable(arms, plain)),
    ...(controls.length > 0 ? [textTable(armTable(controls, plain))] : []),
    textTable(turnTable(turns)),
    `${verdict(arms)}\n${settledness(turns)}\n`,
    `Written:\n${files.map((file) => `  ${file}\n`).join('')}`,
  ].join('\n');

export function lengthMarkdown(
  { title, arms, controls, turns, facts }: LengthPage,
  commands: readonly string[],
): string {
  const parts = [
    `# ${title}\n\n${facts.map((fact) => `- ${fact}\n`).join('')}`,
    `- ${verdict(arms)}\n- ${settledness(turns)}`,
    `## Arms\n\nShare of the gap: 0 is the first arm, 100 % the last, whose lengths are known.\n\n${markdownTable(armTable(arms, bold))}`,
    ...(controls.length > 0
      ? [`## The heuristic on other predictors\n\n${markdownTable(armTable(controls, bold))}`]
      : []),
    `## In turns\n\nCost of the policy as it is with each candidate, to that with the first; then a policy is trained on the beliefs of the best.\n\n${markdownTable(turnTable(turns))}`,
    `## Again\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
  ];
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

const armTable = (rows: readonly ArmRow[], stress: Stress): Table => ({
  columns: [
    { title: 'who', align: 'left' },
    { title: 'beliefs', align: 'left' },
    { title: 'JCT mean, s' },
    { title: 'JCT, to the first arm' },
    { title: 'p99, to it' },
    { title: 'share of the gap' },
  ],
  rows: rows.map(({ label, beliefs, jct, to, p99, share }) => [
    label,
    beliefs,
    figure(jct),
    stress(percentage(to), to),
    stress(percentage(p99), p99),
    stress(percentage(share), share),
  ]),
});

const turnTable = ({ turns }: TakenTurns): Table => ({
  columns: [
    { title: 'who acts', align: 'left' },
    { title: 'beliefs', align: 'left' },
    { title: 'cost' },
    { title: 'chosen', align: 'left' },
  ],
  rows: turns.flatMap(({ policy, costs, chosen }) =>
    costs.map(({ beliefs, cost }) => [policy, beliefs, percentage({ value: cost }), beliefs === chosen ? 'yes' : '']),
  ),
});

const THIRD = 1 / 3;

/** The best arm that does not know the lengths. */
function verdict(arms: readonly ArmRow[]): string {
  const { label, beliefs, share } = arms
    .slice(1, -1)
    .reduce((best, each) => (each.share.value > best.share.value ? each : best));
  const third =
    share.low > THIRD
      ? 'more than a third'
      : share.high < THIRD
        ? 'less than a third'
        : 'whether that is a third these seeds do not say';
  return `Most of the gap is closed by “${label}” on ${beliefs}: ${percentage(share)} of it, ${third}.`;
}

const settledness = ({ turns, beliefs, settled }: TakenTurns): string =>
  settled
    ? `In turns the choice settled on ${beliefs} after ${turns.length - 1} trained ${turns.length === 2 ? 'policy' : 'policies'}.`
    : `In turns the choice had not settled when the last policy was trained, on ${beliefs}.`;
