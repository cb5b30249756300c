/** The value of information as tables: for a terminal, and as a page. */
import { figure, markdownTable, percentage, type Table, textTable } from '../report/table.js';
import { voiFindings } from './findings.js';
import type { Voi } from './measure.js';
import { type Sweep, sweeps } from './sweeps.js';

/** @param facts what holds for all places, a sentence each */
export function voiText(all: readonly Voi[], facts: readonly string[], files: readonly string[]): string {
  const sections = all.flatMap((voi) => [
    ...sweeps.map((sweep) => `${titleOf(voi)}: ${sweep.title}\n\n${textTable(tableOf(voi, sweep))}`),
    `${voiFindings(voi).join('\n')}\n`,
  ]);
  const written = files.map((file) => `  ${file}\n`).join('');
  return `${facts.join('\n')}\n\n${sections.join('\n')}\nWritten:\n${written}`;
}

/** @param command what makes the page again */
export function voiMarkdown(all: readonly Voi[], facts: readonly string[], command: string): string {
  const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join('');
  const sections = all.map((voi) => {
    const tables = sweeps.map(
      (sweep) => `### ${sweep.title}\n\n${markdownTable(tableOf(voi, sweep, (text) => `**${text}**`))}`,
    );
    return `## ${titleOf(voi)}\n\n${voi.summary}; FCFS: ${figure(voi.fcfs.value)} s, ${figure(100 * voi.waitingShare)} % of it waiting\n\n${tables.join('\n')}\n${bullets(voiFindings(voi))}`;
  });
  return `# Value of information\n\n${bullets(facts)}\n![Mean JCT against the quality of prediction](voi.svg)\n\n\`\`\`sh\n${command}\n\`\`\`\n\n${sections.join('\n')}`;
}

const titleOf = ({ place, load }: Voi): string => `${place}, load ${load}`;

/** @param stress for differences whose interval excludes 0 */
function tableOf(
  { rows, errors }: Voi,
  { name, qualities, schedulers }: Sweep,
  stress = (text: string): string => text,
): Table {
  const byLength = name === 'length';
  return {
    columns: [
      { title: 'prediction', align: 'left' },
      ...(byLength ? [{ title: 'MAE, tokens' }, { title: 'Spearman' }] : [{ title: 'MAE of A' }]),
      ...schedulers.map(({ label }) => ({ title: `${label}: mean JCT vs FCFS [95 %]` })),
    ],
    rows: qualities.map(({ label }) => {
      const error = errors.find((each) => each.sweep === name && each.quality === label)?.error;
      const { mae = Number.NaN, spearman = Number.NaN } = error?.length ?? {};
      return [
        label,
        ...(byLength ? [figure(mae), figure(spearman)] : [figure(error?.acceptance?.mae ?? Number.NaN)]),
        ...schedulers.map((scheduler) => {
          const row = rows.find(
            (each) => each.sweep === name && each.quality === label && each.scheduler === scheduler.label,
          );
          if (!row) return '–';
          const { vsFcfs } = row;
          return vsFcfs.low > 0 || vsFcfs.high < 0 ? stress(percentage(vsFcfs)) : percentage(vsFcfs);
        }),
      ];
    }),
  };
}
