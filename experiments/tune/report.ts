/** A search in words: what was found, how, and what to do with it. */
import { figure, textTable } from '../report/table.js';
import { RUNGS } from './contender.js';
import { gainInWords } from './objective.js';
import type { Found } from './search.js';
import type { Tuned } from './tuned.js';

/** @param shipped where the policy would stand among those of the package */
export function tuneText(
  tuned: Tuned,
  { log }: Found,
  files: Readonly<Record<'tuned' | 'compare' | 'log' | 'episodes', string>>,
  shipped: string,
): string {
  const { base, setting, engine, load, rung, objective, contender, gain, provenance } = tuned;
  const rules = Object.entries(contender.rules).map(([rule, value]) => `  ${rule}: ${value}\n`);
  const steps = textTable({
    columns: [
      { title: 'stage', align: 'left' },
      { title: 'episodes' },
      { title: 'points' },
      { title: 'seeds' },
      { title: 'gain in training, %' },
      { title: 'validation, %' },
    ],
    rows: log.map((step) => [
      step.stage,
      String(step.spent),
      String(step.points),
      String(step.seeds),
      percent(step.trainGain),
      step.validationGain === null ? '–' : percent(step.validationGain),
    ]),
  });
  const found =
    gain.validation > 0
      ? `On ${provenance.validationSeeds} validation seeds: ${gainInWords(objective, gain.validation)} than with the published defaults (training: ${gainInWords(objective, gain.train)}).`
      : 'Nothing was better than the published defaults on validation seeds.';
  return [
    `${base} on ${setting}, ${engine}, load ${load}: rung ${rung}, ${RUNGS[rung]}\n\n${steps}\n${endOf(tuned, log)}\n${found}\n\n`,
    `  scheduler: ${contender.scheduler}\n  beliefs: ${contender.belief}\n  γ: ${contender.gamma}\n${rules.join('')}\n`,
    `Written:\n${Object.values(files)
      .map((file) => `  ${file}\n`)
      .join('')}\n`,
    gain.validation > 0
      ? `Try next:\n  npx servegym compare --config ${files.compare}\n      on test seeds, beside FCFS and the published defaults\n` +
        `  cp ${files.tuned} ${shipped}\n      ships it: compare --rungs and gap take it from there\n`
      : `Try next:\n  npx ${provenance.command.replace(/--budget \d+/, `--budget ${2 * provenance.budget}`)}\n      a longer search\n`,
  ].join('');
}

/** Why the search ended, and whether a longer one may find more. */
function endOf({ provenance: { ended, spent } }: Tuned, log: Found['log']): string {
  if (ended === 'no gain') return 'Ended: no gain on validation in the last third of all episodes.';
  let [most, at] = [0, 0];
  for (const step of log) {
    if ((step.validationGain ?? 0) > most) [most, at] = [step.validationGain as number, step.spent];
  }
  if (at === 0) return 'Ended: the budget is spent; there was no gain on validation.';
  const more = spent - at < spent / 3 ? ', so more may be found' : '';
  return `Ended: the budget is spent; the last gain on validation was at episode ${at} of ${spent}${more}.`;
}

const percent = (gain: number): string => figure(100 * gain, 2);
