/** The evaluation of acceptance predictors as a page of Markdown. */
import { markdownTable, percentage, type Table } from '../../report/table.js';
import type { AcceptanceCell, ArmResult } from './evaluate.js';
import { type AcceptanceReport, BAR_AFTER } from './report.js';
import { TOLERANCE } from './stability.js';

const percent = (share: number): string => (Number.isFinite(share) ? (100 * share).toFixed(1) : '–');
const NAMES = { sharegpt: 'ShareGPT', gsm8k: 'GSM8K', eagle: 'EAGLE', ngram: 'n-gram' } as const;
const nameOf = ({ set, draft }: Pick<AcceptanceCell, 'set' | 'draft'>): string => `${NAMES[draft]}, ${NAMES[set]}`;
const named = (name: string) => ({ title: name, align: 'left' }) as const;

export function acceptancePage({ cells, twins, transfer, learning, stability }: AcceptanceReport): string {
  const counts = cells.filter(({ after }) => after === BAR_AFTER);
  return [
    '# Predictors of acceptance',
    `After the first ${BAR_AFTER} steps of a request: mean relative error of the predicted remaining steps, %, where the remaining length is known exactly. Learnt and judged on different requests (five folds); 95 % bootstrap intervals over requests, in pairs where two are compared. The bar is the better of curve and shrinkage, each fitted at that very draft length and step. Floor: the error of one who knows the request's own mean from now on, and only not its luck.`,
    '## Against the bar',
    markdownTable(barTable(counts)),
    verdicts(counts, twins),
    '## All of them',
    markdownTable(errorTable(counts)),
    '## After 8 and after 32 steps',
    markdownTable(errorTable(cells.filter(({ after }) => after !== BAR_AFTER))),
    '## Is there more to learn from the steps?',
    'The same on requests from the generators that were fitted to the recorded ones. The network was trained on thousands of the very process, others than these: where it finds no more than shrinkage does, first steps hardly show more.',
    markdownTable(errorTable(twins)),
    'Recorded requests, 3 drafts: error by the number of requests that were learnt from.',
    markdownTable(learningTable(learning)),
    '## Other draft lengths',
    'Seen at 3 drafts, asked about 5. Who knows depths converts; who does not takes A as it is.',
    markdownTable(errorTable(transfer)),
    '## Do they know how sure they are?',
    'Share of requests whose A from now on came within one and two spreads, % (68 and 95 are right).',
    markdownTable(coverageTable(counts)),
    '## Stable yet?',
    `The first time that a rule says so, 3 drafts: share of requests in which it ever does, share of the steps that is over by then (median), and how often A stays within ±${TOLERANCE} of the belief from then on, %.`,
    markdownTable(stabilityTable(stability)),
  ].join('\n\n');
}

const find = ({ arms }: AcceptanceCell, name: string): ArmResult | undefined => arms.find((arm) => arm.name === name);

function barTable(cells: readonly AcceptanceCell[]): Table {
  const against = (cell: AcceptanceCell, name: string): string => {
    const arm = find(cell, name);
    return arm ? percentage(arm.againstBar) : '–';
  };
  return {
    columns: [
      named('drafts'),
      { title: 'γ' },
      { title: 'requests' },
      named('bar'),
      { title: 'its error' },
      { title: 'floor' },
      { title: 'prefix mean against it' },
      { title: 'regression against it' },
      { title: 'gru against it' },
    ],
    rows: cells.map((cell) => [
      nameOf(cell),
      String(cell.drafts),
      String(cell.requests),
      cell.bar,
      percent(find(cell, cell.bar)?.error.value ?? Number.NaN),
      percent(cell.floor.value),
      against(cell, 'prefix mean'),
      against(cell, 'regression'),
      against(cell, 'gru'),
    ]),
  };
}

/** What is to be said of each set and proposer, from the figures. */
function verdicts(cells: readonly AcceptanceCell[], twins: readonly AcceptanceCell[]): string {
  return cells
    .map((cell) => {
      const best = [...cell.arms]
        .filter(({ name }) => name === 'regression' || name === 'gru')
        .sort((a, b) => a.error.value - b.error.value)[0];
      const twin = twins.find(
        ({ set, draft, drafts }) => set === cell.set && draft === cell.draft && drafts === cell.drafts,
      );
      const there = twin && find(twin, 'gru');
      const { value, high } = best.againstBar;
      const found =
        value <= -0.1 && high < 0
          ? `the ${best.name} is at least a tenth below the bar`
          : high < 0
            ? `the ${best.name} is below the bar, by less than a tenth`
            : 'nothing is below the bar';
      const more =
        there && value > -0.1
          ? `; on generated requests the network, which has seen thousands of that very process, has ${percentage(there.againstBar)} against the bar there`
          : '';
      return `- ${nameOf(cell)}, γ = ${cell.drafts}: ${found} (${percentage(best.againstBar)})${more}.`;
    })
    .join('\n');
}

function errorTable(cells: readonly AcceptanceCell[]): Table {
  const names = cells[0]?.arms.map(({ name }) => name) ?? [];
  return {
    columns: [
      named('drafts'),
      { title: 'γ' },
      { title: 'after' },
      ...names.map((title) => ({ title })),
      { title: 'floor' },
    ],
    rows: cells.map((cell) => [
      nameOf(cell),
      String(cell.drafts),
      String(cell.after),
      ...cell.arms.map(({ error }) => `${percent(error.value)} ±${percent((error.high - error.low) / 2)}`),
      percent(cell.floor.value),
    ]),
  };
}

function coverageTable(cells: readonly AcceptanceCell[]): Table {
  const names = cells[0]?.arms.filter(({ name }) => name !== 'constant').map(({ name }) => name) ?? [];
  return {
    columns: [named('drafts'), { title: 'γ' }, ...names.map((title) => ({ title }))],
    rows: cells.map((cell) => [
      nameOf(cell),
      String(cell.drafts),
      ...names.map((name) => (find(cell, name)?.within ?? []).map((share) => (100 * share).toFixed(0)).join(' / ')),
    ]),
  };
}

function learningTable(learning: AcceptanceReport['learning']): Table {
  const names = Object.keys(learning[0]?.rows[0]?.errors ?? {});
  return {
    columns: [named('drafts'), { title: 'learnt from' }, ...names.map((title) => ({ title }))],
    rows: learning.flatMap((of) =>
      of.rows.map(({ requests, errors }) => [
        nameOf(of),
        String(requests),
        ...names.map((name) => percent(errors[name])),
      ]),
    ),
  };
}

function stabilityTable(stability: AcceptanceReport['stability']): Table {
  return {
    columns: [
      named('drafts'),
      named('rule'),
      named('belief'),
      { title: 'called' },
      { title: 'over by then' },
      { title: 'right' },
    ],
    rows: stability.flatMap((of) =>
      of.rows.map(({ rule, belief, called, when, right }) => [
        nameOf(of),
        rule,
        belief,
        percent(called),
        percent(when),
        percent(right),
      ]),
    ),
  };
}
