/** The study of γ by load as tables and sentences. */
import { figure, markdownTable, percentage, type Stress, type Table } from '../report/table.js';
import { batchNames } from './draft-counter.js';
import { FIXED, type GammaStudy } from './gamma.js';

/** Mean JCT of every fixed γ at every load; the best one stands in the last column. */
const fixedTable = ({ loads }: GammaStudy): Table => ({
  columns: [{ title: 'load' }, ...FIXED.map((gamma) => ({ title: `γ ${gamma}` })), { title: 'best' }],
  rows: loads.map(({ load, fixed, best }) => [String(load), ...fixed.map((jct) => `${figure(jct)} s`), `γ ${best}`]),
});

/** Who chooses γ, load by load. */
export const chosenTable = ({ loads }: GammaStudy, stress: Stress): Table => ({
  columns: [
    { title: 'load' },
    { title: 'policy', align: 'left' },
    { title: 'γ, mean' },
    { title: 'JCT mean, s' },
    { title: 'to the best fixed γ' },
    { title: 'to no drafts' },
  ],
  rows: loads.flatMap(({ load, rows }) =>
    rows.map(({ label, gamma, jct, toBest, toNone }) => [
      String(load),
      label,
      gamma.toFixed(2),
      figure(jct),
      stress(percentage(toBest), toBest),
      stress(percentage(toNone), toNone),
    ]),
  ),
});

/** γ in the mean by size of the batch. */
const batchTable = ({ batches }: GammaStudy): Table => ({
  columns: [{ title: 'policy', align: 'left' }, ...batchNames.map((name) => ({ title: name }))],
  rows: batches.map(({ label, gamma }) => [
    label,
    ...gamma.map((mean) => (Number.isFinite(mean) ? mean.toFixed(2) : '–')),
  ]),
});

/** What it comes to, a sentence a group. */
export function gammaVerdicts({ loads }: GammaStudy, groups: readonly string[]): string[] {
  const best = loads.map(({ load, best: gamma }) => `${gamma} at load ${load}`).join(', ');
  return [
    `Best fixed γ: ${best}.`,
    ...groups.map((group) => {
      const own = loads.flatMap(({ load, rows }) =>
        rows.filter(({ label }) => label === group).map((row) => ({ load, ...row })),
      );
      const worst = (of: 'toBest' | 'toNone'): string => {
        const [{ load, [of]: there }] = [...own].sort((a, b) => b[of].value - a[of].value);
        return `${percentage(there)} (load ${load})`;
      };
      const means = own.map(({ load, gamma }) => `${gamma.toFixed(1)} at ${load}`).join(', ');
      return `${group} drafts ${means} in the mean; at worst ${worst('toBest')} to the best fixed γ and ${worst('toNone')} to no drafts.`;
    }),
  ];
}

/** All of it as a part of a page. @param picture a file beside the page */
export function gammaMarkdown(
  study: GammaStudy,
  { base, groups, picture }: { base: string; groups: readonly string[]; picture: string | undefined },
  stress: Stress,
): string {
  const verdicts = gammaVerdicts(study, groups).map((line) => `- ${line}\n`);
  return [
    '## γ by load\n',
    `Order and engine knobs are those of ${base}; the best fixed γ of each load is seen afterwards. Of several trainings the median.\n`,
    `${verdicts.join('')}`,
    ...(picture === undefined ? [] : [`![γ by load](${picture})\n`]),
    `Mean JCT at every fixed γ:\n\n${markdownTable(fixedTable(study))}`,
    `Who chooses γ:\n\n${markdownTable(chosenTable(study, stress))}`,
    `γ in the mean by how many decode, all loads together:\n\n${markdownTable(batchTable(study))}`,
  ].join('\n');
}
