/** `servegym gap`: how far the best tuned policy is from the best that is known to be possible, and what the difference is made of. */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { settings as named, namedSetting } from '../../env/settings/catalogue.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list, numbers } from '../cli/options.js';
import { type Gap, type GapOptions, measureGap } from '../gap/measure.js';
import { gapMarkdown, gapText } from '../gap/page.js';
import { hashOf, openJournal, packageVersion } from '../results.js';
import { commandLine } from '../tune/command-line.js';
import { openTrials } from '../tune/run-trials.js';
import type { Trial } from '../tune/trials.js';

/** Seeds of each kind: `full` is enough for ±1 % near overload, `quick` for a first look in minutes. */
const SEEDS = {
  full: { seeds: 125, validationSeeds: 12, slowSeeds: 16 },
  quick: { seeds: 6, validationSeeds: 4, slowSeeds: 2 },
} as const;

const theory = Object.values(named).filter(({ kind }) => kind === 'theory');
const ordered = Object.values(named)
  .filter((setting) => !theory.includes(setting))
  .map(({ name }) => name);

const settings = withSeed({
  setting: list(z.string()).default(ordered).describe('<names> named settings (servegym list settings)'),
  load: numbers(z.number().positive())
    .optional()
    .describe("<list|from:to:step> shares of each setting's measured capacity [its own]"),
  requests: z.int().min(2).max(1_000_000).optional().describe("<n> requests of an episode [the setting's]"),
  quick: z.boolean().default(false).describe('few seeds: minutes instead of half an hour'),
  seeds: z
    .int()
    .min(2)
    .max(10_000)
    .optional()
    .describe(`<n> paired seeds [${SEEDS.full.seeds}; quick ${SEEDS.quick.seeds}]`),
  slowSeeds: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(`<n> of them for planning and the bound [${SEEDS.full.slowSeeds}; quick ${SEEDS.quick.slowSeeds}]`),
  planEveryMs: z.number().min(1).default(2000).describe('<ms> least simulated time between two plans'),
  planSamples: z.int().min(1).max(64).default(2).describe('<n> futures that each candidate of a plan is tried on'),
  pictures: z.boolean().default(true).describe('draw no picture'),
});
type Settings = z.output<typeof settings>;

export const gap: CommandSpec<typeof settings> = {
  name: 'gap',
  summary:
    'where there is something to learn: FCFS, best tuned, with oracles, planning, reference, bound; and by decision',
  details:
    'The best tuned policy is chosen on validation seeds among those that ship (experiments/tuned, servegym tune). Above it: the same with\n' +
    'true lengths, true acceptance, both; planning by fork (rollout) with the same predictions; on each seed the best of the portfolio of\n' +
    'compare --reference; a proven bound. Below: the same policy with one decision put back to what is published.',
  examples: [
    ['servegym gap --quick', 'all settings, few seeds'],
    ['servegym gap --setting heavy-tail --load 0.8,0.95,1.1', 'one setting at three loads, 125 seeds'],
  ],
  settings,
  grid: true,
  run,
};

async function run(given: Settings, talk: Talk) {
  const { seed, requests, planEveryMs, planSamples, quick } = given;
  const kind = SEEDS[quick ? 'quick' : 'full'];
  const hash = hashOf({ ...given, command: 'gap' });
  const folder = talk.run.out ?? join('results', `gap-${hash}`);
  const places = given.setting.flatMap((name) => {
    const setting = namedSetting(name);
    return (given.load ?? [setting.load]).map((load) => ({ setting, load }));
  });
  const gaps: Gap[] = [];
  for (const { setting, load } of places) {
    const options: GapOptions = {
      ...kind,
      seeds: given.seeds ?? kind.seeds,
      slowSeeds: given.slowSeeds ?? kind.slowSeeds,
      seed,
      load,
      requests,
      planEveryMs,
      planSamples,
    };
    const journal = openJournal<Trial>(join(folder, `${setting.name}-${load}`), 'episodes', hash, talk.run.resume);
    talk.note(`${setting.name}, load ${load} …`);
    const trials = openTrials({ setting: setting.name, load, requests, seed }, journal, talk);
    gaps.push(await measureGap(setting, trials, options, talk.signal));
    trials.finish();
  }
  const facts = [
    `${given.seeds ?? kind.seeds} paired seeds of each setting (split test); intervals are 95 % bootstrap over seeds`,
    'Planning and the bound are on fewer seeds: what is shown of them is their difference to the best tuned policy on the seeds they share, times its figures on all seeds',
    'Predictions: lengths with a log-normal error (σ 0.5), acceptance as counted so far',
    'The clairvoyant reference is the best of a named portfolio on each seed, no bound: what nobody in it does can be worth more',
    'Who knows acceptance is the best, on validation seeds, of the best tuned policy and its forms that use it: the order by time, γ by the believed goodput, γ by a threshold',
    ...theory.map(({ name, summary }) => `Not here: ${name}, a closed form to check the engine by (${summary})`),
  ];
  const files = [join(folder, 'page.md'), join(folder, 'results.json')];
  writeAtomic(files[0], gapMarkdown(gaps, facts, commandLine('gap', settings, given)));
  if (given.pictures) {
    const [{ gapPicture }, { writePicture }] = await Promise.all([
      import('../gap/picture.js'), // slow to load, so only when wanted
      import('../report/render.js'),
    ]);
    files.push(...(await writePicture(folder, 'gap', gapPicture(gaps, facts))));
  }
  const result = { command: 'gap', version: packageVersion(), settings: given, gaps, files };
  writeAtomic(files[1], `${JSON.stringify(result, null, 2)}\n`);
  return { code: Exit.ok, result, text: gapText(gaps, facts, files) };
}
