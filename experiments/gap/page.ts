/** Gaps as a table: for a terminal, and as a page. */
import { figure, markdownTable, percentage, type Table, textTable } from '../report/table.js';
import { gapFindings } from './findings.js';
import type { Gap, GapRow } from './measure.js';

/** @param facts what holds for all settings, a sentence each */
export function gapText(gaps: readonly Gap[], facts: readonly string[], files: readonly string[]): string {
  const sections = gaps.map(
    (gap) => `${titleOf(gap)}\n\n${textTable(tableOf(gap))}\n${[...gapFindings(gap), chosenAmong(gap)].join('\n')}\n`,
  );
  const written = files.map((file) => `  ${file}\n`).join('');
  return `${facts.join('\n')}\n\n${sections.join('\n')}\nWritten:\n${written}`;
}

/** @param command what makes the page again */
export function gapMarkdown(gaps: readonly Gap[], facts: readonly string[], command: string): string {
  const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join('');
  const sections = gaps.map((gap) => {
    const policies = gap.rows
      .filter(({ changed, unread }) => changed && !unread)
      .map(({ label, policy }) => `- ${label}: \`${policy}\`\n`)
      .join('');
    const table = markdownTable(tableOf(gap, (text) => `**${text}**`));
    return `## ${titleOf(gap)}\n\n${table}\n${bullets([...gapFindings(gap), chosenAmong(gap)])}\n${policies}`;
  });
  return `# Reachable gap\n\n${bullets(facts)}\n![Every policy as a share of FCFS](gap.svg)\n\n\`\`\`sh\n${command}\n\`\`\`\n\n${sections.join('\n')}`;
}

const titleOf = ({ setting, load }: Gap): string => `${setting}, load ${load}`;

/** @param stress for differences whose interval excludes 0 */
function tableOf({ rows, objective }: Gap, stress = (text: string): string => text): Table {
  return {
    columns: [
      { title: 'policy', align: 'left' },
      { title: objective === 'jct' ? 'JCT mean, s' : 'promises broken, %' },
      { title: 'vs FCFS [95 %]' },
      { title: 'vs best tuned [95 %]' },
      { title: 'seeds' },
    ],
    rows: rows.map((row) => [
      row.label,
      figure(row.value.value * (objective === 'jct' ? 1 : 100)),
      difference(row.vsFcfs, stress),
      noteOf(row) ?? difference(row.vsBest, stress),
      String(row.seeds),
    ]),
  };
}

/** Instead of a difference, where the row ran the very episodes of the best tuned policy. */
function noteOf({ changed, unread }: GapRow): string | undefined {
  if (!changed) return 'not changed';
  return unread ? 'not read' : undefined;
}

/** Who might have been the best tuned policy, and what each search cost. */
function chosenAmong({ finalists }: Gap): string {
  const names = finalists.map(({ base, spent, ended }) =>
    spent === null ? base : `${base} (${spent} episodes, ended by ${ended})`,
  );
  return `Best tuned: chosen on validation seeds among ${names.join(', ')}.`;
}

function difference(interval: GapRow['vsBest'], stress: (text: string) => string): string {
  if (interval === null) return '–';
  return interval.low > 0 || interval.high < 0 ? stress(percentage(interval)) : percentage(interval);
}
