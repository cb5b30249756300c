/** What the rows of a gap say: how much there is to learn, of what, and which decision carries what tuning found. */
import type { Gap, GapRow } from './measure.js';

/** Below this share a gap is not worth a learner. */
const WORTH = 0.02;

/** Sentences about one setting. */
export function gapFindings({ rows, objective, unbounded }: Gap): string[] {
  const row = (label: string): GapRow | undefined => rows.find((each) => each.label.includes(label));
  const what = objective === 'jct' ? 'mean JCT' : 'broken promises';
  const below = (each: GapRow | undefined): number => -(each?.vsBest?.value ?? 0);
  const gap = below(row('reference'));
  const [lengths, acceptance, both] = ['lengths known', 'acceptance known', 'both known'].map(row);
  const same = lengths?.vsBest?.value === both?.vsBest?.value; // where both are known acceptance is not read either
  const worth = [
    ['lengths', lengths],
    ['acceptance', acceptance],
    ['lengths and acceptance', same ? undefined : both],
    ['planning with the same predictions', row('planning')],
  ] as const;
  const parts = worth.flatMap(([name, each]) => (each && !each.unread ? [`${name} ${signed(below(each))}`] : []));
  const lines = [
    gap < WORTH
      ? `Nothing to learn here: the clairvoyant reference is ${percent(gap)} below the best tuned policy.`
      : `Known to be possible: ${percent(gap)} of the ${what}, as far as the reference is below the best tuned policy. Worth: ${parts.join(', ')}.`,
  ];
  if (lengths?.unread) lines.push('Lengths are not read: the best tuned policy goes without.');
  if (acceptance?.unread) lines.push('Acceptance is not read: no form that uses it was better on validation seeds.');
  const carried = rows.filter(({ part, changed }) => part === 'decision' && changed);
  const cost = (each: GapRow): number => each.vsBest?.value ?? 0;
  const sure = carried.filter(({ vsBest }) => (vsBest?.low ?? 0) > 0).sort((a, b) => cost(b) - cost(a));
  lines.push(
    sure.length === 0
      ? 'No single decision carries what tuning gained: put back alone, none is worse with 95 % confidence.'
      : `What tuning gained is carried by ${sure.map((each) => `${each.label.replace(/ as published| of arrival/, '')} (put back: ${signed(cost(each))})`).join(', ')}.`,
  );
  if (unbounded !== null) lines.push(`No bound: ${unbounded}.`);
  return lines;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const signed = (share: number): string => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
