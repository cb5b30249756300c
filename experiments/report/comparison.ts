/** A comparison in words and tables: for a terminal, and as Markdown. */
import { findings, NO_DIFFERENCE, type Row } from '../analysis.js';
import type { Interval } from '../bootstrap.js';
import { shortName } from '../policies.js';
import { type Mark, type Standard, standardFindings } from '../score.js';
import { decimals, figure, markdownTable, percentage, type Table, textTable } from './table.js';

export interface Comparison {
  /** What was compared on what, a sentence each. */
  readonly facts: readonly string[];
  readonly rows: readonly Row[];
  /** Wall-clock µs of a decision, by row. */
  readonly micros: readonly number[];
  /** By row: where it stands between FCFS (0) and the clairvoyant reference (1); null: no reference, or order does not matter. */
  readonly scores: readonly (Interval | null)[];
  /** Reference and bound of each engine and load. */
  readonly standards: readonly Standard[];
}

/**
 * What a terminal shows: the tables of one load, the files, what to try next.
 * @param files the first holds the settings
 * @param more stands behind the tables
 */
export function comparisonText(comparison: Comparison, load: number, files: readonly string[], more = ''): string {
  const { facts, rows } = comparison;
  const sections = enginesOf(rows).map((engine) => {
    const mine = select(comparison, engine, load);
    return `${engine}, load ${load}\n\n${textTable(comparisonTable(mine))}\n${said(mine).join('\n')}\n`;
  });
  const written = files.map((file) => `  ${file}\n`).join('');
  return `${facts.join('\n')}\n\n${[...sections, more].filter((part) => part !== '').join('\n')}\nWritten:\n${written}\n${next(rows, load, files[0])}`;
}

/** All loads. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { facts, rows } = comparison;
  const sections = loadsOf(rows).flatMap((load) =>
    enginesOf(rows).map((engine) => {
      const mine = select(comparison, engine, load);
      return `## ${engine}, load ${load}\n\n${markdownTable(comparisonTable(mine, (text) => `**${text}**`))}\n${bullets(said(mine))}`;
    }),
  );
  return `# Comparison of schedulers\n\n${bullets(facts)}\n${sections.join('\n')}`;
}

type Part = Omit<Comparison, 'facts'>;

function select({ rows, micros, scores, standards }: Part, engine: string, load: number): Part {
  const at = [...rows.keys()].filter((k) => rows[k].engine === engine && rows[k].load === load);
  return {
    rows: at.map((k) => rows[k]),
    micros: at.map((k) => micros[k]),
    scores: at.map((k) => scores[k]),
    standards: standards.filter((standard) => standard.engine === engine && standard.load === load),
  };
}

const said = ({ rows, standards }: Part): string[] => [...findings(rows), ...standards.flatMap(standardFindings)];

const enginesOf = (rows: readonly Row[]): string[] => [...new Set(rows.map((row) => row.engine))];
const loadsOf = (rows: readonly Row[]): number[] => [...new Set(rows.map((row) => row.load))];
const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join('');

/** Commands that lead on from here, with what they show. They keep these settings and change one thing. */
function next(rows: readonly Row[], load: number, config: string): string {
  const matters = rows.some((row) => row.load === load && Math.abs(row.difference?.mean.value ?? 0) >= NO_DIFFERENCE);
  const more = matters
    ? [
        ['--kv-blocks 1200', 'fewer slots: order is worth more, and so is knowing the length'],
        ["--schedulers 'srpt,hysteresis(srpt),limited(srpt)'", 'tame preemption'],
      ]
    : [
        ['--arrivals on-off --load 1.05', 'bursts and overload make a queue'],
        ['--kv-blocks 1200', 'so do fewer slots'],
      ];
  more.push(["--schedulers 'expr: remaining * known - age / 50'", 'a scheduler of your own (tokens × tokens, µs)']);
  const lines = [
    ...more.map(([flags, meaning]) => [`npx servegym compare --config ${config} ${flags}`, meaning]),
    ['npx servegym list', 'all schedulers, beliefs, engines, cards'],
  ];
  return `Try next:\n${lines.map(([line, meaning]) => `  ${line}\n      ${meaning}\n`).join('')}`;
}

/** @param stress for differences whose interval excludes 0 */
function comparisonTable({ rows, micros, scores, standards }: Part, stress = (text: string): string => text): Table {
  const promised = rows.some(({ slo }) => slo !== undefined);
  const scored = scores.some((score) => score !== null);
  const columns: Table['columns'] = [
    { title: 'scheduler', align: 'left' },
    { title: 'beliefs', align: 'left' },
    { title: 'JCT mean, s' },
    { title: 'p50' },
    { title: 'p99' },
    { title: 'mean vs FCFS [95 %]' },
    ...(scored ? [{ title: 'score [95 %]' }] : []),
    { title: 'TTFT mean, s' },
    { title: 'p99' },
    { title: 'TPOT, ms' },
    ...(promised ? [{ title: 'SLO kept, %' }, { title: 'goodput, requests/s' }] : []),
    { title: 'evictions' },
    { title: 'recomputed, k tokens' },
    { title: 'pauses' },
    { title: 'decision, µs' },
  ];
  const mark = (name: string, belief: string, { jct, difference }: Mark, score: string): string[] => {
    const cells = [name, belief, figure(jct.value), '–', '–', percentage(difference), ...(scored ? [score] : [])];
    return [...cells, ...Array.from({ length: columns.length - cells.length }, () => '–')];
  };
  return {
    columns,
    rows: [
      ...rows.map((row, k) => [
        shortName(row.scheduler),
        row.belief === 'none' ? '–' : row.belief,
        figure(row.jct.mean.value),
        figure(row.jct.p50),
        figure(row.jct.p99),
        differenceOf(row, stress),
        ...(scored ? [scoreText(scores[k], stress)] : []),
        figure(row.ttft.mean),
        figure(row.ttft.p99),
        figure(row.tpotMs.mean),
        ...(row.slo ? [figure(100 * row.slo.attainment), figure(row.slo.goodput)] : []),
        figure(row.evictions),
        figure(row.recomputedTokens / 1000),
        figure(row.pauses),
        figure(micros[k]),
      ]),
      ...standards.flatMap(({ reference, bound }) => [
        ...(reference ? [mark('clairvoyant reference', 'oracle', reference, '1.00')] : []),
        ...(bound ? [mark('proven bound', '–', bound, '–')] : []),
      ]),
    ],
  };
}

/** Bold where the interval excludes 0. */
function scoreText(score: Interval | null, stress: (text: string) => string): string {
  if (score === null) return '–';
  const { value, low, high } = score;
  const ends = Number.isNaN(low) ? '' : ` [${decimals(low, 2)}, ${decimals(high, 2)}]`;
  const text = decimals(value, 2) + ends;
  return low > 0 || high < 0 ? stress(text) : text;
}

function differenceOf({ difference }: Row, stress: (text: string) => string): string {
  if (difference === null) return '–';
  const { low, high } = difference.mean;
  return low > 0 || high < 0 ? stress(percentage(difference.mean)) : percentage(difference.mean);
}
