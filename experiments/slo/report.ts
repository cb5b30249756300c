/** Capacities under an objective in words and tables: for a terminal, and as Markdown. */
import { figure, markdownTable, type Table, textTable } from '../report/table.js';
import type { SloRow } from './rows.js';

export interface SloReport {
  /** What was searched on what, a sentence each. */
  readonly facts: readonly string[];
  readonly rows: readonly SloRow[];
  readonly seeds: number;
}

/** @param files the first holds the settings */
export function sloText({ facts, rows, seeds }: SloReport, files: readonly string[]): string {
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  const sections = engines.map((engine) => {
    const own = rows.filter((row) => row.engine === engine);
    return `${engine}\n\n${textTable(sloTable(own))}\n${sloFindings(own, seeds).join('\n')}\n`;
  });
  const written = files.map((file) => `  ${file}\n`).join('');
  const next = [
    [`npx servegym capacity --config ${files[0]} --seeds ${2 * seeds}`, 'narrower intervals'],
    [
      `npx servegym capacity --config ${files[0]} --requests 4000`,
      'longer runs: a capacity that falls was a transient',
    ],
  ];
  return (
    `${facts.join('\n')}\n\n${sections.join('\n')}\nWritten:\n${written}\n` +
    `Try next:\n${next.map(([line, meaning]) => `  ${line}\n      ${meaning}\n`).join('')}`
  );
}

export function sloMarkdown({ facts, rows, seeds }: SloReport): string {
  const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join('');
  const sections = [...new Set(rows.map(({ engine }) => engine))].map((engine) => {
    const own = rows.filter((row) => row.engine === engine);
    return `## ${engine}\n\n${markdownTable(sloTable(own))}\n${bullets(sloFindings(own, seeds))}`;
  });
  return `# Highest rates that meet the SLO\n\n${bullets(facts)}\n${sections.join('\n')}`;
}

function sloTable(rows: readonly SloRow[]): Table {
  return {
    columns: [
      { title: 'scheduler', align: 'left' },
      { title: 'beliefs', align: 'left' },
      { title: 'requests/s [95 %]' },
      { title: 'load' },
      { title: '× FCFS [95 %]' },
      { title: 'not monotone' },
      { title: 'probes' },
    ],
    rows: rows.map((row) => [
      row.scheduler,
      row.belief === 'none' ? '–' : row.belief,
      withInterval(row.rate),
      figure(row.load),
      row.ratio ? withInterval(row.ratio) : '–',
      row.contradictory === 0 ? '–' : `${row.contradictory} of ${row.rates.length}`,
      String(row.probes),
    ]),
  };
}

const withInterval = ({ value, low, high }: { value: number; low: number; high: number }): string =>
  `${figure(value)}${Number.isFinite(low) ? ` [${figure(low)}, ${figure(high)}]` : ''}`;

/** What has to be known beside the table, in sentences. */
function sloFindings(rows: readonly SloRow[], seeds: number): string[] {
  const names = (of: (row: SloRow) => boolean): string =>
    rows
      .filter(of)
      .map(({ label }) => label)
      .join(', ');
  const lines: string[] = [];
  const nowhere = names(({ rates }) => rates.some((rate) => rate === 0));
  if (nowhere !== '') lines.push(`Not met at any rate on some seed (counted as 0): ${nowhere}.`);
  const above = names(({ load }) => load > 1.02);
  if (above !== '')
    lines.push(`Above load 1: ${above}. Where an engine cannot keep up, runs meet the SLO only because they end.`);
  const broken = rows.filter(({ contradictory }) => contradictory > 0);
  if (broken.length > 0)
    lines.push(
      `Not monotone: a rate above the one found meets the SLO, or one below does not (${broken.map(({ label, contradictory }) => `${label} on ${contradictory} of ${seeds} seeds`).join(', ')}); the rate found is where bisection crossed.`,
    );
  const open = names((row) => row.open > 0);
  if (open !== '') lines.push(`Searches that ended before the next higher rate had failed: ${open}; raise --probes.`);
  if (lines.length === 0) lines.push('Monotone around every rate found.');
  return lines;
}
